package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"tminus/locales"
	"tminus/locales/localestest"
)

func TestEachChineseIsWrittenForItsReaders(t *testing.T) {
	for file, locale := range map[string]string{"zh_hk.go": locales.ZhHK, "zh_cn.go": locales.ZhCN} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		texts := 0
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			texts++
			text, _ := strconv.Unquote(literal.Value)
			if found := localestest.Foreign(locale, text); len(found) > 0 {
				t.Errorf("%s: %q in %q", locale, found, text)
			}
			return true
		})
		if texts < 100 {
			t.Errorf("%s: only %d texts were looked at", file, texts)
		}
	}
}

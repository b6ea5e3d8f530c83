package locales

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

func TestReason_KeepsAProvidersOwnWords(t *testing.T) {
	for _, c := range []struct{ locale, reason, want string }{
		{"en", "the account has no balance (isv.AMOUNT_NOT_ENOUGH)", "the account has no balance (isv.AMOUNT_NOT_ENOUGH)"},
		{"zh-CN", "the account has no balance (isv.AMOUNT_NOT_ENOUGH)", "账户余额不足（isv.AMOUNT_NOT_ENOUGH）"},
		{"zh-TW", "the account has no balance", "帳戶餘額不足"},
		{"zh-HK", "the provider refused the request (47003 (data.thing1))", "服務商拒絕了請求（47003 (data.thing1)）"},
		{"zh-HK", "the provider is busy (cut off in the mid", "服務商繁忙（cut off in the mid）"},
		{"zh-CN", "held: daily SMS limit", "等待中：已达每日短信上限"},
		{"zh-CN", "550 5.1.1 no such user (Ada)", "550 5.1.1 no such user (Ada)"},
		{"zh-CN", "", ""}, {"zh-CN", " (", " ("}, {"zh-HK", "()", "()"},
	} {
		if got := Reason(c.locale, c.reason); got != c.want {
			t.Errorf("%s: %q reads %q, want %q", c.locale, c.reason, got, c.want)
		}
	}
}

// A reason that a package adds has to be said in every language.
func TestEveryReasonIsSaidInEveryLanguage(t *testing.T) {
	found := 0
	for _, file := range []string{"../reminders/replan.go", "../notifiers/reasons.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
				return true
			}
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				return true // another package's
			}
			found++
			reason, _ := strconv.Unquote(literal.Value)
			for locale, known := range reasons {
				if known[reason] == "" {
					t.Errorf("%s does not say %s, %q", locale, spec.Names[0].Name, reason)
				}
			}
			return true
		})
	}
	if found < 40 {
		t.Errorf("only %d reasons were looked at", found)
	}
	if len(zhHKReasons) != len(zhCNReasons) {
		t.Errorf("%d reasons in one Chinese, %d in the other", len(zhHKReasons), len(zhCNReasons))
	}
}

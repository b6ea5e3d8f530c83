package reminders

import (
	"errors"
	"fmt"
	"strings"
)

// What a template may cost. None of the templates that come with the program uses a hundredth of it.
const (
	// maxOutput bounds what a template, each text inside it and its own source may grow to, in bytes.
	maxOutput = 64 << 10
	// maxWork bounds what the filters of one rendering read and write, in bytes: some milliseconds.
	maxWork = 1 << 20
	// maxPieces bounds the openings {{ and {% of a template, and maxWords the words between them and their ends. There are no
	// loops, so each is looked at once.
	maxPieces = 1000
	maxWords  = 4000
	// maxComparisons bounds the comparisons and the tests with and, or and contains, which read whole texts.
	maxComparisons = 200
	// maxDepth bounds the blocks within each other.
	maxDepth = 32
	// maxUnclosed bounds the openings without an end, which may stand between {% raw %} and {% endraw %}: the library
	// looks for the end of each as far as the text goes.
	maxUnclosed = 5
	// maxDateFormat bounds the format of a date, in bytes.
	maxDateFormat = 200
)

var (
	errTooLong = fmt.Errorf("the text grows longer than %d bytes; shorten it", maxOutput)
	errTooMuch = errors.New("the template does too much work; use fewer filters, on shorter texts")
	errFormat  = fmt.Errorf("the format of a date is longer than %d bytes or asks for more than 99 digits; shorten it", maxDateFormat)
)

// measure refuses a source that would take long to read. It comes before anything that reads with patterns, and takes
// time in proportion to the length.
func measure(source string) *TemplateError {
	pieces := strings.Count(source, "{{") + strings.Count(source, "{%")
	switch {
	case len(source) > maxOutput:
		return tooLarge(fmt.Sprintf("the template is longer than %d bytes. Shorten it.", maxOutput))
	case pieces > maxPieces:
		return tooLarge(fmt.Sprintf("there are more than %d variables and tags. Take some out.", maxPieces))
	case unclosed(source) > maxUnclosed:
		return &TemplateError{Problem: ProblemSyntax, words: `there are many "{{" or "{%" that are not closed. Write "}}" or "%}" after each, on the same line.`}
	}
	return nil
}

func tooLarge(words string) *TemplateError {
	return &TemplateError{Problem: ProblemTooLong, words: words}
}

// unclosed counts the openings whose end the library would look for in vain. To it "%%}" ends nothing.
func unclosed(source string) int {
	count := 0
	for at := range len(source) - 1 {
		switch rest := source[at+2:]; source[at : at+2] {
		case "{{":
			line, _, _ := strings.Cut(rest, "\n")
			if !strings.Contains(line, "}}") {
				count++
			}
		case "{%":
			if !endsTag(rest) {
				count++
			}
		}
	}
	return count
}

func endsTag(rest string) bool {
	for {
		at := strings.Index(rest, "%}")
		if at < 0 {
			return false
		}
		if at == 0 || rest[at-1] != '%' {
			return true
		}
		rest = rest[at+2:]
	}
}

// budget is what a template still may cost while it is checked.
type budget struct{ words, comparisons, depth int }

// word counts one piece of an expression.
func (b *budget) word(piece string) *TemplateError {
	switch piece {
	case "and", "or", "contains", "=", "!", "<", ">", ",":
		b.comparisons++
	}
	b.words++
	switch {
	case b.words > maxWords:
		return tooLarge(fmt.Sprintf("there are more than %d words between the braces. Take some out.", maxWords))
	case b.comparisons > maxComparisons:
		return tooLarge(fmt.Sprintf("there are more than %d comparisons. Take some out.", maxComparisons))
	}
	return nil
}

// block counts a tag that begins or ends a block.
func (b *budget) block(tag string) *TemplateError {
	switch tag {
	case "if", "unless", "case":
		b.depth++
	case "endif", "endunless", "endcase":
		b.depth--
	}
	if b.depth > maxDepth {
		return tooLarge(fmt.Sprintf("more than %d blocks stand within each other. Part the template.", maxDepth))
	}
	return nil
}

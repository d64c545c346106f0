package main

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"bellhop/cti/explain"
)

// printStory writes one line for each event: when, how long after the one before, and what; below it, why.
func printStory(w io.Writer, story explain.Story, words map[string]string, language string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", story.Call)
	var before time.Time
	for _, line := range story.Lines {
		at := line.At.Local()
		if at.Format(time.DateOnly) != before.Format(time.DateOnly) {
			fmt.Fprintf(&text, "%s %s\n", at.Format(time.DateOnly), at.Format("MST"))
		}
		after := ""
		if !before.IsZero() {
			after = fmt.Sprintf("+%.1fs", max(0, at.Sub(before).Seconds()))
		}
		fmt.Fprintf(&text, "  %s %9s  %s\n", at.Format("15:04:05.000"), after, worded(line.Clause, words, language))
		for _, why := range line.Why {
			fmt.Fprintf(&text, "%26s· %s\n", "", worded(why, words, language))
		}
		before = at
	}
	_, err := io.WriteString(w, text.String())
	return err
}

var blank = regexp.MustCompile(`\{\{(\w+)\}\}`)

// worded fills the words for a code with its parameters. A code without words is shown as it is.
func worded(c explain.Clause, words map[string]string, language string) string {
	sentence, ok := words[c.Code]
	if !ok {
		return c.Code
	}
	return blank.ReplaceAllStringFunc(sentence, func(found string) string {
		name := strings.Trim(found, "{}")
		if value, ok := c.Params[name]; ok {
			return value
		}
		if milliseconds, err := strconv.ParseInt(c.Params[name+"_ms"], 10, 64); err == nil {
			return spanIn(time.Duration(milliseconds)*time.Millisecond, language)
		}
		return "–"
	})
}

// spanIn words a span: 1분 3초.
func spanIn(d time.Duration, language string) string {
	units := []string{"h", "min", "s"}
	space := " "
	if language == "ko" {
		units, space = []string{"시간", "분", "초"}, ""
	}
	if d < time.Minute {
		return strconv.FormatFloat(float64(d.Milliseconds()/100)/10, 'f', -1, 64) + space + units[2]
	}
	seconds := int(d.Seconds())
	var parts []string
	for i, n := range []int{seconds / 3600, seconds / 60 % 60, seconds % 60} {
		if n > 0 {
			parts = append(parts, strconv.Itoa(n)+space+units[i])
		}
	}
	return strings.Join(parts, " ")
}

package app

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed src/explain/words.*.json
var words embed.FS

// EventWords are the words for what becomes of calls, by code: the page of a call and bellhop explain say the same.
// Languages are ko and en.
func EventWords(language string) (map[string]string, error) {
	content, err := words.ReadFile("src/explain/words." + language + ".json")
	if err != nil {
		return nil, fmt.Errorf("no words in %q: %w", language, err)
	}
	var catalogue map[string]string
	if err := json.Unmarshal(content, &catalogue); err != nil {
		return nil, fmt.Errorf("read the words in %q: %w", language, err)
	}
	return catalogue, nil
}

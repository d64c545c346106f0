package app

import _ "embed" // the words

// SetupWords are what the checks of the set-up find and how it is mended, by code and language, for the screen and for
// bellhop doctor.
//
//go:embed src/admin/setup/words.json
var SetupWords []byte

package config

import "path/filepath"

// FilesDir is the folder of what people upload.
func (c Common) FilesDir() string { return filepath.Join(c.ServeDir(), "files") }

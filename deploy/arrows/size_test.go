package arrows_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// walls are the most lines that a file may have, by how its name ends. A file that outgrows its wall is two things.
var walls = []struct {
	suffix string
	lines  int
}{
	{".gen.ts", 1 << 30}, // nobody reads what is generated
	{".tsx", 250},
	{".ts", 500},
	{".go", 500},
	{".css", 500},
	{".sh", 200},
}

// TestFilesStayReadable counts the lines of every file that is not ignored by git.
func TestFilesStayReadable(t *testing.T) {
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Skip("not a git repository: ", err)
	}
	var found []string
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSpace(name)
		content, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			continue // removed, and not yet committed
		}
		if wall := wallOf(name); wall > 0 && bytes.Count(content, []byte("\n")) > wall {
			found = append(found, fmt.Sprintf("%s has %d lines, more than %d", name, bytes.Count(content, []byte("\n")), wall))
		}
	}
	require.Empty(t, found, strings.Join(found, "\n"))
}

func wallOf(name string) int {
	for _, wall := range walls {
		if strings.HasSuffix(name, wall.suffix) {
			return wall.lines
		}
	}
	return 0
}

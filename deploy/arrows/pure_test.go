package arrows_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// clock are the functions of package time that look at the clock or wait for it.
var clock = map[string]bool{
	"Now": true, "Since": true, "Until": true, "After": true, "AfterFunc": true, "Tick": true, "NewTimer": true, "NewTicker": true, "Sleep": true,
}

// TestPureRoomsHaveNoClockAndNoGoroutine: what an import does not show.
func TestPureRoomsHaveNoClockAndNoGoroutine(t *testing.T) {
	var found []string
	for _, p := range packages(t) {
		if !inAny(pure, strings.TrimPrefix(p.ImportPath, module)) {
			continue
		}
		for _, name := range p.GoFiles {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, 0)
			require.NoError(t, err)
			found = append(found, impurities(files, file)...)
		}
	}
	require.Empty(t, found, strings.Join(found, "\n"))
}

func impurities(files *token.FileSet, file *ast.File) (found []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, fmt.Sprintf("%s: a goroutine in a pure room", files.Position(n.Pos())))
		case *ast.SelectorExpr:
			if from, ok := n.X.(*ast.Ident); ok && from.Name == "time" && clock[n.Sel.Name] {
				found = append(found, fmt.Sprintf("%s: time.%s in a pure room", files.Position(n.Pos()), n.Sel.Name))
			}
		}
		return true
	})
	return found
}

func TestImpuritiesAreFound(t *testing.T) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "x.go", "package x\nfunc f() { go f(); _ = time.Now() }", 0)
	require.NoError(t, err)
	require.Equal(t, []string{"x.go:2:12: a goroutine in a pure room", "x.go:2:24: time.Now in a pure room"}, impurities(files, file))
}

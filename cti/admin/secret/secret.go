// Package secret keeps what must be told to others again, such as a carrier's password, unreadable in the database: sealed
// by AES-GCM with a key in a file of its own (requirement: secrets at rest, quality S3). Who has only the database, or a
// backup of it, reads nothing.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keySize is AES-256's.
const keySize = 32

// Key seals and opens.
type Key struct {
	aead cipher.AEAD
	mark []byte // of Mark
}

// ErrSealed says that something cannot be opened: it was sealed with another key, for another purpose, or changed since.
var ErrSealed = errors.New("secret: it cannot be opened with this key")

// OpenFile reads the key from the file at path, for its owner only, and makes it when there is none.
func OpenFile(path string) (*Key, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = makeFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("secret: %s can be read by others than its owner: chmod 600 it", path)
	}
	if len(raw) != keySize {
		return nil, fmt.Errorf("secret: %s holds no key of %d bytes", path, keySize)
	}
	return New(raw)
}

// New is the key made of 32 bytes.
func New(raw []byte) (*Key, error) {
	sealing, err := hkdf.Key(sha256.New, raw, nil, "bellhop seal 1", keySize)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	mark, err := hkdf.Key(sha256.New, raw, nil, "bellhop mark 1", keySize)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return &Key{aead, mark}, nil
}

// makeFile writes a new key whole, or takes the one that another process has written meanwhile.
func makeFile(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	raw := make([]byte, keySize)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".secret-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is linked by then
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// Seal makes text unreadable. For says what it belongs to, such as the id of its row: elsewhere it cannot be opened.
func (k *Key) Seal(text, purpose string) []byte {
	return k.aead.Seal(nil, nil, []byte(text), []byte(purpose)) //nolint:gosec // the cipher makes a nonce of its own each time
}

// Open gives back what was sealed.
func (k *Key) Open(sealed []byte, purpose string) (string, error) {
	text, err := k.aead.Open(nil, nil, sealed, []byte(purpose))
	if err != nil {
		return "", ErrSealed
	}
	return string(text), nil
}

// Mark is a short name for a content that tells nothing of it: the same for the same content only.
func (k *Key) Mark(content string) string {
	sum := hmac.New(sha256.New, k.mark)
	sum.Write([]byte(content))
	return hex.EncodeToString(sum.Sum(nil)[:5])
}

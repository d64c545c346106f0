package auth

// NewCheapHasher is a Hasher whose hashes cost next to nothing.
func NewCheapHasher() *Hasher {
	return newHasher(HasherOptions{}, cost{memory: 8, passes: 1, lanes: 1})
}

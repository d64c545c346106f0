// Package asterisk brings a real Asterisk to one machine: it finds an installed one or fetches Debian's and unpacks it
// into a folder of ours, writes the configuration that Bellhop needs, and says how to run it in the foreground. It
// needs no root, no chroot and no container. Asterisk itself is commanded by package cti/asterisk.
package asterisk

package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// login is the cluster's one role, database the one that holds Bellhop's tables.
const (
	login    = "bellhop"
	database = "bellhop"
)

// here is the cluster's folder as its programs name it: the open folder that they inherit. Its path would not do:
// where Bellhop is kept in a folder that only root may enter, such as /root, the account that the server runs as can
// use the folder but not walk there.
const here = "/proc/self/fd/3"

// Runner runs a command to its end.
type Runner interface {
	Run(ctx context.Context, cmd *exec.Cmd) error
}

// Options say where a cluster is and how it is reached.
type Options struct {
	// Dir is the folder that holds the cluster, in a folder named data.
	Dir string
	// Port is the TCP port of 127.0.0.1 that it listens on.
	Port int
	// Password is the password of its account.
	Password string
	// Runner runs initdb.
	Runner Runner
}

// Cluster is a private PostgreSQL cluster.
type Cluster struct {
	options  Options
	programs Programs
	account  Account
	folder   *os.File // Data, opened
}

// Open finds the programs for the cluster and makes it, which takes seconds, if it is not there yet. said is told
// when it is being made.
func Open(ctx context.Context, options Options, said func(string)) (*Cluster, error) {
	c := &Cluster{options: options}
	major, err := madeBy(c.Data())
	if err != nil {
		return nil, err
	}
	if c.programs, err = find(ctx, major); err != nil {
		return nil, err
	}
	if c.account, err = unprivileged(); err != nil {
		return nil, err
	}
	if major != 0 {
		err = c.account.owns(c.Data())
	} else {
		said(fmt.Sprintf("makes a cluster of PostgreSQL %d", c.programs.Major))
		err = c.make(ctx)
	}
	if err != nil {
		return nil, err
	}
	if c.folder, err = os.Open(c.Data()); err != nil {
		return nil, fmt.Errorf("open the cluster's folder: %w", err)
	}
	return c, nil
}

// Close lets go of the cluster's folder. The server must have ended, and Command is of no use any more.
func (c *Cluster) Close() error { return c.folder.Close() }

// Major is the version of the server before the dot.
func (c *Cluster) Major() int { return c.programs.Major }

// Data is the folder of the cluster's files.
func (c *Cluster) Data() string { return filepath.Join(c.options.Dir, "data") }

// make makes the cluster in a folder of another name, so that one that was cut off in the middle is never used.
func (c *Cluster) make(ctx context.Context) error {
	fresh := filepath.Join(c.options.Dir, "data.new")
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("remove an unfinished cluster: %w", err)
	}
	if err := os.MkdirAll(fresh, 0o700); err != nil {
		return fmt.Errorf("make the cluster's folder: %w", err)
	}
	if err := c.account.own(fresh); err != nil {
		return err
	}
	password, err := c.passwordPipe()
	if err != nil {
		return err
	}
	defer password.Close() //nolint:errcheck // only read
	folder, err := os.Open(fresh)
	if err != nil {
		return fmt.Errorf("make the cluster's folder: %w", err)
	}
	defer folder.Close() //nolint:errcheck // only read
	var output bytes.Buffer
	cmd := c.command(folder, "initdb", "-D", here, "--username="+login, "--pwfile=/proc/self/fd/0", "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = password, &output, &output
	if err := c.options.Runner.Run(ctx, cmd); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(output.String()))
	}
	if err := os.Rename(fresh, c.Data()); err != nil {
		return fmt.Errorf("make the cluster: %w", err)
	}
	return nil
}

// passwordPipe is what initdb reads the password from: it never stands in a file or a command line.
func (c *Cluster) passwordPipe() (*os.File, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("hand over the database's password: %w", err)
	}
	if c.account.Credential != nil {
		err = read.Chown(int(c.account.Credential.Uid), int(c.account.Credential.Gid))
	}
	_, errWrite := write.WriteString(c.options.Password + "\n") // far less than a pipe holds
	if err := errors.Join(err, errWrite, write.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("hand over the database's password: %w", err), read.Close())
	}
	return read, nil
}

// Command is the server's, which ends in order on SIGINT.
func (c *Cluster) Command() *exec.Cmd {
	return c.command(c.folder, "postgres", "-D", here,
		"-c", "listen_addresses=127.0.0.1",
		"-c", "port="+strconv.Itoa(c.options.Port),
		"-c", "unix_socket_directories=",
		"-c", "logging_collector=off",
		"-c", "log_line_prefix=%m [%p] ",
		"-c", "timezone=UTC",
	)
}

// command is one of the programs, run as the server's account with nothing of our environment that could lead it
// elsewhere.
func (c *Cluster) command(folder *os.File, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.programs.Dir, program), args...) //nolint:noctx // whoever runs it ends it
	cmd.Env = []string{"PATH=" + c.programs.Dir + ":/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{folder} // the first of them is number 3
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.account.Credential}
	return cmd
}

// URL is the address of the database that holds Bellhop's tables, with the password.
func (c *Cluster) URL() string { return c.url(database) }

func (c *Cluster) url(database string) string {
	address := url.URL{
		Scheme: "postgres",
		User:   url.UserPassword(login, c.options.Password),
		Host:   net.JoinHostPort("127.0.0.1", strconv.Itoa(c.options.Port)),
		Path:   "/" + database,
	}
	return address.String() + "?sslmode=disable"
}

// Ready gives nil when the server answers and the database is there, which it makes if need be.
func (c *Cluster) Ready(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // the answer is what counts
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, database).Scan(&there); err != nil {
		return err
	}
	if there {
		return nil
	}
	_, err = conn.Exec(ctx, "create database "+database)
	return err
}

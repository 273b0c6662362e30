// Dist makes a release, from the root of the repository:
//
//	go run ./internal/dist                                   # dist/, for every platform (make dist)
//	go run ./internal/dist -platforms linux/amd64 -out DIR   # for some
//	go run ./internal/dist -tag v1.2.3 -keyring FILE -key ID # of a tag, and signed
//
// The same commit and Go give the same bytes, signatures apart, on whatever machine and in whatever folder. Every file is
// as old as the commit, or as SOURCE_DATE_EPOCH says. docs/installing.md says what is in a release.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The exit codes.
const (
	exitMade   = 0
	exitUsage  = 2
	exitFailed = 3
)

// passphraseVariable is the variable with the passphrase of the key to sign with.
const passphraseVariable = "HELM_OTLP_SIGNING_PASSPHRASE" //nolint:gosec // It is the name of a variable.

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("dist", flag.ContinueOnError)
	flags.SetOutput(stderr)
	root := flags.String("root", ".", "root of the repository")
	out := flags.String("out", "dist", "folder to write into; what an earlier run wrote there goes")
	wanted := flags.String("platforms", strings.Join(platforms(), ","), "for which the program is built")
	tag := flags.String("tag", "", "the tag that is released: refuse where it is not that of the version")
	keyring := flags.String("keyring", "", "file with the secret key to sign with, armored or not; without it nothing is signed")
	key := flags.String("key", "", "part of the name or ID of the key, where the keyring has several")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "dist: unexpected argument %q\n", flags.Arg(0))
		return exitUsage
	}
	r := release{root: *root, out: *out, stdout: stdout, stderr: stderr}
	if err := r.prepare(ctx, *wanted, *tag, *keyring, *key); err != nil {
		fmt.Fprintf(stderr, "dist: %v\n", err)
		return exitUsage
	}
	if err := r.make(ctx); err != nil {
		fmt.Fprintf(stderr, "dist: %v\n", err)
		return exitFailed
	}

	return exitMade
}

// A release is what is made of a checkout.
type release struct {
	root, out      string
	version        string
	platforms      []string
	time           time.Time
	signer         *signer
	stdout, stderr io.Writer
}

// prepare finds out what to make, so that what is missing is told before anything is built.
func (r *release) prepare(ctx context.Context, wanted, tag, keyring, key string) (err error) {
	if r.version, err = version(r.root, tag); err != nil {
		return err
	}
	if tag != "" {
		if err := committed(ctx, r.root, tag); err != nil {
			return err
		}
	}
	if r.platforms, err = choose(wanted); err != nil {
		return err
	}
	if r.time, err = commitTime(ctx, r.root); err != nil {
		return err
	}
	if keyring != "" {
		if r.signer, err = newSigner(keyring, key, os.Getenv(passphraseVariable)); err != nil {
			return err
		}
	}

	return r.clear()
}

// ours are the names of a release's files.
var ours = regexp.MustCompile(`^(?:(?:helm-otlp|otlp|otlp-collector)-\d.*|SHA256SUMS(?:\.asc)?|helm-otlp\.gpg)$`)

// clear makes the folder to write into, and removes the last release from it. A folder with other files is refused.
func (r *release) clear() error {
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return fmt.Errorf("make the folder of the release: %w", err)
	}
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return fmt.Errorf("clear the folder %s: %w", r.out, err)
	}
	for _, entry := range entries {
		if !ours.MatchString(entry.Name()) {
			return fmt.Errorf("clear the folder %s: %s is no file of a release: remove it, or choose another folder with -out", r.out, entry.Name())
		}
	}
	for _, entry := range entries {
		if err := os.Remove(filepath.Join(r.out, entry.Name())); err != nil {
			return fmt.Errorf("remove the last release: %w", err)
		}
	}

	return nil
}

// make writes the release's files: the programs' archives and bills of materials first, since the plugin holds them.
func (r *release) make(ctx context.Context) error {
	var programs []file
	for _, platform := range r.platforms {
		started := time.Now()
		archive, err := r.program(ctx, platform)
		if err != nil {
			return err
		}
		programs = append(programs, archive)
		fmt.Fprintf(r.stderr, "dist: %s: %d bytes in %s\n", archive.name, len(archive.data), time.Since(started).Round(time.Second))
	}
	chart, err := r.chart()
	if err != nil {
		return err
	}
	plugin, err := r.plugin(programs)
	if err != nil {
		return err
	}
	for _, packaged := range []signed{chart, plugin} {
		if err := r.write(packaged.file); err != nil {
			return err
		}
		if r.signer != nil {
			provenance, err := r.signer.provenance(packaged)
			if err != nil {
				return err
			}
			if err := r.write(provenance); err != nil {
				return err
			}
		}
	}
	if r.signer != nil {
		keyring, err := r.signer.keyring()
		if err != nil {
			return err
		}
		if err := r.write(keyring); err != nil {
			return err
		}
	}

	return r.sums()
}

// write puts a file into the release and prints its path.
func (r *release) write(f file) error {
	path := filepath.Join(r.out, f.name)
	err := os.WriteFile(path, f.data, 0o644)
	if err == nil {
		// Whatever the umask says: it is to be served.
		err = os.Chmod(path, 0o644) //nolint:gosec // A release is for everyone to read.
	}
	if err == nil {
		err = os.Chtimes(path, r.time, r.time)
	}
	if err != nil {
		return fmt.Errorf("write a file of the release: %w", err)
	}
	fmt.Fprintln(r.stdout, path)

	return nil
}

// commitTime is SOURCE_DATE_EPOCH, or when the commit was made.
func commitTime(ctx context.Context, root string) (time.Time, error) {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		git := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct")
		git.Dir = root
		out, err := git.Output()
		if err != nil {
			return time.Time{}, fmt.Errorf("ask git how old the commit is: %w: outside of a checkout set SOURCE_DATE_EPOCH to the seconds since 1970", errors.Join(err, said(err)))
		}
		seconds = strings.TrimSpace(string(out))
	}
	since, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the release's time: %q are not the seconds since 1970", seconds)
	}

	return time.Unix(since, 0).UTC(), nil
}

// said is what a program that failed wrote to standard error.
func said(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return errors.New(strings.TrimSpace(string(exit.Stderr)))
	}

	return nil
}

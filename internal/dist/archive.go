package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// A file of a release or of an archive.
type file struct {
	// name is the path in the archive, with slashes.
	name string
	data []byte
	// program tells that it is to be run.
	program bool
}

// pack makes a gzipped tarball in which nothing tells who made it, where and when: the files are sorted, belong to root and
// are as old as is said. Each folder has an entry before its files, since Helm 3 makes no others.
func pack(files []file, when time.Time) ([]byte, error) {
	var packed bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	archive := tar.NewWriter(compressed)
	folders := map[string]bool{".": true}
	sorted := slices.SortedFunc(slices.Values(files), func(a, b file) int { return strings.Compare(a.name, b.name) })
	for _, f := range sorted {
		for _, folder := range above(f.name) {
			if folders[folder] {
				continue
			}
			folders[folder] = true
			header := tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755, ModTime: when, Format: tar.FormatUSTAR}
			if err := archive.WriteHeader(&header); err != nil {
				return nil, fmt.Errorf("pack %s: %w", folder, err)
			}
		}
		header := tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: int64(len(f.data)), Mode: 0o644, ModTime: when, Format: tar.FormatUSTAR}
		if f.program {
			header.Mode = 0o755
		}
		if err := archive.WriteHeader(&header); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
		if _, err := archive.Write(f.data); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := errors.Join(archive.Close(), compressed.Close()); err != nil {
		return nil, fmt.Errorf("end the archive: %w", err)
	}

	return packed.Bytes(), nil
}

// above are the folders that a file lies in, the outer ones first.
func above(name string) []string {
	var folders []string
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		folders = append(folders, folder)
	}
	slices.Reverse(folders)

	return folders
}

package source

import "sync"

// File is a file that is parsed once, however often its documents are asked for. It may be used
// by several goroutines.
type File struct {
	Name string
	Data []byte

	once      sync.Once
	documents []*Document
	err       error
}

// Documents is what Parse says of the file.
func (f *File) Documents() ([]*Document, error) {
	f.once.Do(func() { f.documents, f.err = Parse(f.Name, f.Data) })
	return f.documents, f.err
}

package lint

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Storage is a folder in which components in use keep what must outlast the container.
type Storage struct {
	// Extension is the file_storage's id.
	Extension string
	// Folder is where it keeps its files; Mount and Volume are nowhere where no volume of
	// the Pod is mounted there.
	Folder        string
	Mount, Volume Field
	// Claim is the template of which each Pod gets a volume of its own; nowhere for others.
	Claim Field
}

// StorageFolder is where a file_storage keeps its files that names no directory.
const StorageFolder = "/var/lib/otelcol/file_storage"

// Storages are the file_storage extensions that the service enables and that a receiver,
// processor or exporter in use names, the others open no file. One whose folder differs by
// Pod, or is not known, is not among them.
func (c *Collector) Storages() []Storage {
	var found []Storage
	for _, id := range c.Config.UsedIn("extensions") {
		if Canonical(component.Extension, id) != "file_storage" || !c.keepsIn(id) {
			continue
		}
		folder, _ := expand(c.Config.At("extensions", id, "directory").Text(), c.environment()).(string)
		if folder == "" {
			folder = StorageFolder
		}
		mount, _, _ := c.MountOf(folder)
		if strings.Contains(folder, "$") || mount.At("subPathExpr").Exists() {
			continue
		}
		name := mount.At("name").Text()
		found = append(found, Storage{Extension: id, Folder: folder, Mount: mount, Volume: c.volume(name), Claim: c.claim(name)})
	}
	return found
}

// claim is the workload's volume claim template of a name.
func (c *Collector) claim(name string) Field {
	if c.Object == nil {
		return Field{}
	}
	for _, claim := range c.Object.At("spec", "volumeClaimTemplates").Items() {
		if name != "" && claim.At("metadata", "name").Text() == name {
			return claim
		}
	}
	return Field{}
}

// keepsIn tells whether a component in use keeps something in a storage extension.
func (c *Collector) keepsIn(extension string) bool {
	for _, role := range []string{"receivers", "processors", "exporters"} {
		for _, id := range c.Config.UsedIn(role) {
			if namesStorage(c.Config.At(role, id).Value(), extension) {
				return true
			}
		}
	}
	return false
}

// namesStorage tells whether a key storage of the value names the extension, in a section
// that is not switched off.
func namesStorage(value any, extension string) bool {
	body, _ := value.(map[string]any)
	if body["enabled"] == false {
		return false
	}
	for key, of := range body {
		if key == "storage" && of == extension || namesStorage(of, extension) {
			return true
		}
	}
	return false
}

// VolumeAt is the Pod's volume that is mounted where a path of the container's file system
// stands; nowhere where none is.
func (c *Collector) VolumeAt(path string) Field {
	mount, _, ok := c.MountOf(path)
	if !ok {
		return Field{}
	}
	return c.volume(mount.At("name").Text())
}

package cluster

import (
	"context"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A Volume is a folder for one claim, of 20Gi in the default class. Every node can mount it, as network storage can.
type Volume struct {
	// Name is the PersistentVolume's, and Folder is below Volumes or SmallVolumes.
	Name, Folder string
	Labels       map[string]string
	// Claim is the only one that may have it; nil: any, and none after that.
	Claim *corev1.ObjectReference
}

// volumeClass has no provisioner: a claim waits until a Pod wants it, and then takes a volume that is there.
const volumeClass = "folders"

// MakeVolumes makes volumes, and the default class that they are in.
func (c *Cluster) MakeVolumes(ctx context.Context, volumes ...Volume) error {
	waits := storagev1.VolumeBindingWaitForFirstConsumer
	_, err := c.Client.StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta:        metav1.ObjectMeta{Name: volumeClass, Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}},
		Provisioner:       "kubernetes.io/no-provisioner",
		VolumeBindingMode: &waits,
	}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("make the class of volumes: %w", err)
	}
	everyNode := corev1.NodeSelectorRequirement{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpExists}
	for _, volume := range volumes {
		if err := os.MkdirAll(volume.Folder, 0o755); err != nil {
			return fmt.Errorf("make a volume's folder: %w", err)
		}
		_, err := c.Client.CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{
			ObjectMeta: metav1.ObjectMeta{Name: volume.Name, Labels: volume.Labels},
			Spec: corev1.PersistentVolumeSpec{
				Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("20Gi")},
				AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				StorageClassName:              volumeClass,
				PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
				ClaimRef:                      volume.Claim,
				PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: volume.Folder}},
				NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{
					NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{everyNode}}},
				}},
			},
		}, metav1.CreateOptions{})
		if err != nil {
			return fmt.Errorf("make the volume %s: %w", volume.Name, err)
		}
	}

	return nil
}

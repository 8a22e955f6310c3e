#include "mounts.h"

#include "log.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define HARMLESS (MS_NOSUID | MS_NODEV | MS_NOEXEC)

static const struct {
	bool wanted;
	bool device_only;
	const char *type;
	const char *folder;
	unsigned long flags;
	const char *data;
} mounts[] = {
	{IS_ENABLED(CONFIG_MOUNT_DEVTMPFS), true, "devtmpfs", "/dev", MS_NOSUID,
	 "mode=0755"},
	{IS_ENABLED(CONFIG_MOUNT_PROC), false, "proc", "/proc", HARMLESS, NULL},
	{IS_ENABLED(CONFIG_MOUNT_SYSFS), false, "sysfs", "/sys", HARMLESS,
	 NULL},
	{IS_ENABLED(CONFIG_MOUNT_RUN), false, "tmpfs", "/run",
	 MS_NOSUID | MS_NODEV, "mode=0755"},
};

/* A kernel with DEVTMPFS_MOUNT, or an initramfs before us, may have done it:
 * devtmpfs, proc and sysfs then answer EBUSY. A tmpfs does not; it would hide
 * what is there, so /run is left alone when it is a mount point. */
static bool is_mount_point(const char *folder)
{
	struct stat root, here;

	return !stat("/", &root) && !stat(folder, &here) &&
	       root.st_dev != here.st_dev;
}

void mounts_make(bool is_device)
{
	for (unsigned i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		const char *folder = mounts[i].folder;

		if (!mounts[i].wanted || (mounts[i].device_only && !is_device))
			continue;
		if (is_mount_point(folder))
			continue;
		mkdir(folder, 0755);
		if (mount(mounts[i].type, folder, mounts[i].type,
			  mounts[i].flags, mounts[i].data) &&
		    errno != EBUSY)
			message("%s not mounted on %s: errno %d; going on "
				"without it",
				mounts[i].type, folder, errno);
	}
}

#include "mounts.h"

#include "errors.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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
 * what is there. The raw statx(2) (Linux 4.11) has one layout everywhere. */
static bool is_mount_point(const char *folder)
{
	/* struct statx as 32-bit words, of which these two are its device. */
	enum { WORDS = 64, MAJOR = 34, MINOR = 35 };
	uint32_t root[WORDS], here[WORDS];

	return !syscall(SYS_statx, AT_FDCWD, "/", 0, 0, root) &&
	       !syscall(SYS_statx, AT_FDCWD, folder, 0, 0, here) &&
	       (root[MAJOR] != here[MAJOR] || root[MINOR] != here[MINOR]);
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
			message("%s not mounted on %s: %s; going on without it",
				mounts[i].type, folder, error_name(errno));
	}
}

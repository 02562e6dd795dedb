#include "secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(struct err *err, const char *key, const char *path, const char *what)
{
	return err_set(err, ERR_USAGE, "%s: %s %s", key, path, what);
}

bool secret_read(const char *key, const char *path, char *ret_text, struct err *err)
{
	FILE *file = fopen(path, "re");
	struct stat about;
	size_t length;

	if (!file)
		return err_set(
			err, ERR_USAGE,
			"%s: %s cannot be read: %s; it must hold the password and be readable by user %ld",
			key, path, strerror(errno), (long)geteuid());
	setvbuf(file, NULL, _IONBF, 0); /* no copy is left in a buffer */
	if (fstat(fileno(file), &about) == 0 && about.st_mode & S_IROTH) {
		fclose(file);
		return complain(err, key, path,
				"can be read by everyone, so the password in it is no secret: "
				"change it, and chmod o-rwx the file");
	}
	length = fread(ret_text, 1, SECRET_SIZE, file);
	fclose(file);
	if (length == SECRET_SIZE) {
		explicit_bzero(ret_text, SECRET_SIZE); /* a refused file may be another secret */
		return complain(err, key, path, "is too long for a password: wrong file?");
	}
	ret_text[length] = '\0';
	ret_text[strcspn(ret_text, "\r\n")] = '\0';
	return *ret_text || complain(err, key, path, "has no password in its first line");
}

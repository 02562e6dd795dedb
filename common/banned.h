/* Included before every source file: calls that have a safer form do not compile. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets localtime gmtime ctime asctime atoi \
	atol atoll atof

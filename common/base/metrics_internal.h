/* Internal to base: what metrics.c and metrics_process.c share. */
#pragma once

#include "buffer.h"

/* A sample's value in Prometheus's text format, where infinities and NaN have names. */
void metrics_write_value(struct buffer *out, double value);
/* The process_* metrics. One thread at a time. */
void metrics_add_process(struct buffer *out);

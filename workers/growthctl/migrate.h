/* Migrations for commands that make a database. */
#pragma once

#include "ctl.h"

/* Applies to the database all that growthctl migrate would; says so on stderr. */
bool migrate_database(struct ctl *ctl, struct db *db, struct err *err);

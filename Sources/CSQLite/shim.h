#ifndef RINGFORT_CSQLITE_SHIM_H
#define RINGFORT_CSQLITE_SHIM_H

#include <sqlite3.h>

/* Binds a copy of the text. The address of no bytes may be null, which SQLite would take for NULL. */
static inline int ringfort_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *text, int count) {
    return sqlite3_bind_text(statement, index, text ? (const char *) text : "", count, SQLITE_TRANSIENT);
}

#endif

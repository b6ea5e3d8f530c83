package hooks

import (
	"strconv"

	"github.com/pocketbase/dbx"
)

// Connect opens SQLite as PocketBase does, except that a transaction takes the write lock when it begins: with two
// processes on one file, one that reads first and writes later would fail. Its connections keep the statements that they
// prepared, and leave the write-ahead log to StartCheckpoints until it is long.
func Connect(path string) (*dbx.DB, error) {
	const driverName = "sqlite"
	db, err := openKept(driverName, path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
		"&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)&_txlock=immediate"+
		"&_pragma=wal_autocheckpoint("+strconv.Itoa(longestLog)+")")
	if err != nil {
		return nil, err
	}
	return dbx.NewFromDB(db, driverName), nil
}

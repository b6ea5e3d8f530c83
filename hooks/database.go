package hooks

import "github.com/pocketbase/dbx"

// Connect opens SQLite as PocketBase does, except that a transaction takes the write lock when it begins: with two
// processes on one file, one that reads first and writes later would fail.
func Connect(path string) (*dbx.DB, error) {
	return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)"+
		"&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)&_txlock=immediate")
}

// Package pb_migrations is how the schema came to be: one frozen file per step, applied in the order of the file names.
//
// A migration imports nothing of ours, reads no environment, makes no account and seeds no content. Once released it
// is never edited; a later change is a later file. It runs forward only: the down functions are left out because going
// back would lose data. Restore a backup instead.
package pb_migrations

#pragma once

#include <filesystem>

namespace stratolite::storage {

/// `<file>.unsynced`: a note beside a new database file that nobody has waited for the disk to take it. It holds the machine's boot id: as long as the machine runs
/// the file is as good as any, and whoever finds the note after a power cut knows that the file may be there in part. Blocks. All throw StorageError.
///
/// Comes before the file gets its name.
void MarkUnsynced(const std::filesystem::path& file);

/// The disk has the database: nothing happens when there is no note.
void RemoveUnsyncedMark(const std::filesystem::path& file);

/// At an opening. After a power cut the marked file is looked through: one that is whole is made durable, one that is not is moved aside, which is logged, so that the
/// database begins empty: it was too young to be promised. `durably`: a marked file is made durable in any case. Without a note this costs one look.
void SettleUnsynced(const std::filesystem::path& file, bool durably);

/// Makes a database file, its log and the way to them durable.
void SyncStateFile(const std::filesystem::path& file);

/// Makes the entries of a directory durable; throws StorageError.
void SyncDirectory(const std::filesystem::path& directory);

}  // namespace stratolite::storage

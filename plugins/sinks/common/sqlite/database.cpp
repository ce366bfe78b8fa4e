#include "common/sqlite/database.hpp"

#include <system_error>

#include "tsflow/error.hpp"

namespace tsflow::sqlite {

namespace {

namespace fs = std::filesystem;

/// A file: URI, which alone can say `immutable`.
std::string uri(const fs::path& path, std::string_view query) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string result = "file:";
    for (const char c : fs::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#') {
            const auto byte = static_cast<unsigned char>(c);
            result += '%';
            result += hex[byte >> 4];
            result += hex[byte & 15];
        } else {
            result += c;
        }
    }
    return result.append(query);
}

std::string advice(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another connection holds a lock on it";
        case SQLITE_FULL:
            return "free some space";
        case SQLITE_NOTADB:
            return "choose another path; this file was not made by SQLite, or it is encrypted";
        case SQLITE_CORRUPT:
            return "restore it from a backup, or save what '.recover' of the sqlite3 shell finds";
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "grant write access to the file and its folder, or choose another path";
        case SQLITE_CANTOPEN:
            return "check that the path names a file, that its folder exists, and the access "
                   "rights";
        default:
            return {};
    }
}

/// A failed sync is for good: the system may have dropped the pages and would report success next time.
bool may_pass(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL:
            return true;
        case SQLITE_IOERR:
            return code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC;
        default:
            return false;
    }
}

}  // namespace

Statement& Statement::bind(int at, std::string_view text) {
    // A null pointer would bind NULL.
    sqlite3_bind_text(get(), at, text.data() == nullptr ? "" : text.data(),
                      static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind(int at, std::int64_t value) {
    sqlite3_bind_int64(get(), at, value);
    return *this;
}

Statement& Statement::bind_blob(int at, std::string_view bytes) {
    sqlite3_bind_blob64(get(), at, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind_null(int at) {
    sqlite3_bind_null(get(), at);
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        database_->fail(code);
    }
    return code == SQLITE_ROW;
}

std::string Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(get(), column));
    return bytes == nullptr
               ? std::string{}
               : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(get(), column)));
}

void Database::open(const fs::path& path, Open how) {
    close();
    path_ = path;
    if (how == Open::make && path.has_parent_path()) {
        std::error_code failure;
        fs::create_directories(path.parent_path(), failure);
        if (failure) {
            throw Error("cannot make the folder of " + quoted() + ": " + failure.message() +
                        "; choose another path");
        }
    }
    // Without a log beside it, the file alone is the database, and may be read without the shared
    // memory file that SQLite would make.
    std::error_code ignored;
    const bool log = fs::exists(fs::path{path}.concat("-wal"), ignored) ||
                     fs::exists(fs::path{path}.concat("-journal"), ignored);
    const std::string name = uri(path, how == Open::look && !log ? "?immutable=1" : "");
    const int mode = how == Open::look || how == Open::read ? SQLITE_OPEN_READONLY
                     : how == Open::exist                   ? SQLITE_OPEN_READWRITE
                                          : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    // A node's methods run one at a time, so the connection needs no mutex.
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle,
                                     mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) {
        fail(code);
    }
    sqlite3_extended_result_codes(handle, 1);
}

void Database::close() noexcept {
    handle_.reset();
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
}

Statement Database::prepare(const std::string& sql) const {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
    Statement statement;
    statement.database_ = this;
    statement.handle_.reset(handle);
    return statement;
}

void Database::wait_for_locks(int milliseconds) {
    sqlite3_busy_timeout(handle_.get(), milliseconds);
}

void Database::sync() {
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                               nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
}

void Database::fail(int code) const {
    const std::string what = handle_ ? message() : sqlite3_errstr(code);
    std::string text = "SQLite database " + quoted() + ": " + what;
    if (const std::string todo = advice(code); !todo.empty()) {
        text += "; " + todo;
    }
    if (may_pass(code)) {
        throw RetryableError(text);
    }
    throw Error(text);
}

Transaction::Transaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (database_.in_transaction()) {
        try {
            database_.execute("ROLLBACK");
        } catch (const Error&) {
            // Whatever is wrong was reported by what made the transaction end, and a connection whose
            // rollback fails stores nothing.
        }
    }
}

void Transaction::commit() {
    database_.execute("COMMIT");
}

}  // namespace tsflow::sqlite

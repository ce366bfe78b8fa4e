// All of libpq is in this file.

#include "common/postgres/connection.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <fstream>

namespace tsflow::postgres {

namespace {

std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
}

/// What may pass: 08 the connection, 40 a conflict of transactions, 53 out of resources, 57 the
/// operator's intervention, 55006 and 55P03 something is in use, 58 the server's disk.
bool may_pass(std::string_view state) noexcept {
    for (const char* kind : {"08", "40", "53", "57", "58"}) {
        if (state.starts_with(kind)) {
            return true;
        }
    }
    return state == "55006" || state == "55P03" || state == "25006";
}

/// A connection that was refused comes without an SQLSTATE.
bool connecting_may_pass(const std::string& message) {
    for (const char* words :
         {"authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied",
          "certificate", "does not support SSL", "SSL error", "is not permitted to log in",
          "permission denied", "invalid"}) {
        if (message.find(words) != std::string::npos) {
            return false;
        }
    }
    return true;
}

std::string_view advice(std::string_view state) {
    if (state == "42501") {
        return "; grant the right (docs/timescale_roles.sql)";
    }
    return {};
}

struct ConninfoFree {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using Conninfo = std::unique_ptr<PQconninfoOption, ConninfoFree>;

Conninfo parsed(const Address& address) {
    char* reason = nullptr;
    Conninfo options{PQconninfoParse(address.url.reveal().c_str(), &reason)};
    PQfreemem(reason);  // it repeats pieces of the URL, and they may be the password's
    if (!options) {
        throw Error(
            "'url' is not one of PostgreSQL: want postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
            "with what is special in USER and PASSWORD percent-encoded");
    }
    return options;
}

std::string value_of(const PQconninfoOption* option, std::string_view keyword) {
    for (; option->keyword != nullptr; ++option) {
        if (keyword == option->keyword) {
            return option->val == nullptr ? "" : option->val;
        }
    }
    return {};
}

std::string password_in(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string password;
    if (!std::getline(file, password)) {
        throw Error("cannot read a password from '" + path.string() +
                    "'; it is the first line of the file of option 'password_file'");
    }
    return trimmed(password);
}

}  // namespace

bool blames_row(std::string_view state) noexcept {
    return state.starts_with("22") || state.starts_with("23") || state == "P0001";
}

void Answer::Clear::operator()(pg_result* result) const noexcept {
    PQclear(result);
}

std::size_t Answer::rows() const noexcept {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}

std::size_t Answer::columns() const noexcept {
    return static_cast<std::size_t>(PQnfields(result_.get()));
}

bool Answer::is_null(std::size_t row, std::size_t column) const noexcept {
    return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view Answer::name(std::size_t column) const noexcept {
    return PQfname(result_.get(), static_cast<int>(column));
}

std::uint32_t Answer::type(std::size_t column) const noexcept {
    return PQftype(result_.get(), static_cast<int>(column));
}

std::string_view Answer::text(std::size_t row, std::size_t column) const noexcept {
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    return {PQgetvalue(result_.get(), r, c),
            static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

std::int64_t Answer::integer(std::size_t row, std::size_t column) const {
    const std::string_view digits = text(row, column);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        throw Error("the server answered '" + std::string{digits} + "' instead of an integer");
    }
    return value;
}

bool Answer::boolean(std::size_t row, std::size_t column) const noexcept {
    return text(row, column) == "t";
}

std::int64_t Answer::affected() const noexcept {
    const std::string_view digits = result_ ? PQcmdTuples(result_.get()) : "";
    std::int64_t count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return count;
}

std::string_view Answer::command() const noexcept {
    // The interface predates const.
    return result_ ? PQcmdStatus(result_.get()) : "";
}

Parameter text_parameter(std::string_view text) {
    return {text, 0, false, false};
}

std::string place_of(const Address& address) {
    const Conninfo options = parsed(address);
    std::string host = value_of(options.get(), "host");
    const std::string port = value_of(options.get(), "port");
    const std::string database = value_of(options.get(), "dbname");
    host = host.empty() ? value_of(options.get(), "hostaddr") : host;
    return "PostgreSQL database '" + database + "'" + (host.empty() ? "" : " at " + host) +
           (port.empty() ? "" : ":" + port);
}

void Connection::Finish::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

Connection::Connection(const Address& address) : place_(place_of(address)) {
    password_ = address.password_file.empty() ? value_of(parsed(address).get(), "password")
                                              : password_in(address.password_file);
    // Later ones prevail, and so does what the URL says over all but the file's password.
    std::vector<const char*> keys{
        "connect_timeout",  "application_name", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "client_encoding", "dbname"};
    std::vector<const char*> values{"10",   address.application.c_str(), "10", "5", "3", "30000",
                                    "UTF8", address.url.reveal().c_str()};
    if (!address.password_file.empty()) {
        keys.push_back("password");
        values.push_back(password_.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    connection_.reset(PQconnectdbParams(keys.data(), values.data(), 1));
    if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) {
        const std::string message = hidden(trimmed(
            connection_ ? std::string{PQerrorMessage(connection_.get())} : "out of memory"));
        if (connecting_may_pass(message)) {
            throw RetryableError(place_ + ": " + message);
        }
        throw Error(place_ + ": " + message);
    }
    // What the server has to remark goes nowhere rather than to the terminal.
    PQsetNoticeReceiver(
        connection_.get(), [](void*, const PGresult*) {}, nullptr);
}

Answer Connection::execute(const std::string& sql) {
    return checked(PQexec(connection_.get(), sql.c_str()));
}

Answer Connection::execute(const std::string& sql, std::span<const Parameter> parameters) {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    std::vector<std::string> texts;  // a value in text form must end with a zero byte
    texts.reserve(parameters.size());
    for (const Parameter& parameter : parameters) {
        types.push_back(parameter.type);
        lengths.push_back(static_cast<int>(parameter.bytes.size()));
        formats.push_back(parameter.binary ? 1 : 0);
        values.push_back(parameter.null     ? nullptr
                         : parameter.binary ? parameter.bytes.data()
                                            : texts.emplace_back(parameter.bytes).c_str());
    }
    return checked(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(parameters.size()),
                                types.data(), values.data(), lengths.data(), formats.data(), 0));
}

Answer Connection::execute_prepared(const std::string& sql) {
    auto known = prepared_.find(sql);
    if (known == prepared_.end()) {
        const std::string name = "tsflow_" + std::to_string(prepared_.size());
        checked(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
        known = prepared_.emplace(sql, name).first;
    }
    return checked(
        PQexecPrepared(connection_.get(), known->second.c_str(), 0, nullptr, nullptr, nullptr, 0));
}

void Connection::begin_copy(const std::string& sql) {
    PGresult* const result = PQexec(connection_.get(), sql.c_str());
    const Answer answer{result};
    if (PQresultStatus(result) != PGRES_COPY_IN) {
        fail(result);
    }
}

void Connection::put(std::string_view bytes) {
    if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
        fail(nullptr);
    }
}

std::int64_t Connection::end_copy() {
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) {
        fail(nullptr);
    }
    std::int64_t copied = 0;
    Answer failed;
    // The connection is ready for the next statement only when there are no more results.
    while (PGresult* const result = PQgetResult(connection_.get())) {
        Answer answer{result};
        if (PQresultStatus(result) == PGRES_COMMAND_OK) {
            copied = answer.affected();
        } else {
            failed = std::move(answer);
        }
    }
    if (failed) {
        fail(failed.get());
    }
    return copied;
}

void Connection::cancel_copy() noexcept {
    PQputCopyEnd(connection_.get(), "given up");
    while (PGresult* const result = PQgetResult(connection_.get())) {
        PQclear(result);
        if (broken()) {
            return;
        }
    }
}

bool Connection::broken() const noexcept {
    return PQstatus(connection_.get()) != CONNECTION_OK;
}

bool Connection::in_transaction() const noexcept {
    const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

int Connection::server_version() const noexcept {
    return PQserverVersion(connection_.get());
}

std::string Connection::quoted(std::string_view name) {
    std::string result = "\"";
    for (const char c : name) {
        result += c;
        if (c == '"') {
            result += '"';
        }
    }
    return result += '"';
}

std::string Connection::literal(std::string_view text) {
    const bool escapes = text.find('\\') != std::string_view::npos;
    std::string result = escapes ? "E'" : "'";
    for (const char c : text) {
        result += c;
        if (c == '\'' || c == '\\') {
            result += c;
        }
    }
    return result += '\'';
}

Answer Connection::checked(pg_result* result) const {
    Answer answer{result};
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail(result);
    }
    return answer;
}

/// Throws what stands for `result`, or for the connection when there is none.
void Connection::fail(const pg_result* result) const {
    const auto field = [&](int code) {
        const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
        return std::string{text == nullptr ? "" : text};
    };
    const std::string state = field(PG_DIAG_SQLSTATE);
    if (state.empty() || broken()) {
        // In mid-COPY libpq says no more than that the connection is gone.
        const std::string reason = hidden(trimmed(PQerrorMessage(connection_.get())));
        throw RetryableError(place_ + ": " + (reason.empty() ? "the connection is gone" : reason));
    }
    std::string reason = field(PG_DIAG_MESSAGE_PRIMARY);
    if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) {
        reason += " (" + detail + ")";
    }
    reason = hidden(std::move(reason));
    std::string message = place_ + ": " + reason + " (SQLSTATE " + state + ")";
    message += advice(state);
    if (may_pass(state)) {
        throw RetryableError(message);
    }
    throw SqlError(state, reason, message);
}

std::string Connection::hidden(std::string text) const {
    if (password_.empty()) {
        return text;
    }
    for (std::size_t at = 0; (at = text.find(password_, at)) != std::string::npos;) {
        text.replace(at, password_.size(), "***");
        at += 3;
    }
    return text;
}

Transaction::~Transaction() {
    if (!connection_.broken() && connection_.in_transaction()) {
        try {
            connection_.execute("ROLLBACK");
        } catch (const Error&) {  // the connection broke, which ends the transaction too
            return;
        }
    }
}

void Transaction::commit() {
    // The server answers the COMMIT of a transaction that has failed with a rollback, as a success.
    if (const Answer answer = connection_.execute("COMMIT"); answer.command() != "COMMIT") {
        throw RetryableError(connection_.place() + ": the transaction was rolled back");
    }
}

}  // namespace tsflow::postgres

#include "timescale.hpp"

#include <algorithm>

#include "migrations.hpp"
#include "newest_rows.hpp"
#include "probe.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow {

using timescale::Address;
using timescale::Connection;
using timescale::Writer;

namespace {

constexpr std::string_view input_placeholder = "{input}";

bool orders(Type type) noexcept {
    return type == Type::timestamp || type == Type::int64 || type == Type::float64;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;) {
        text.replace(at, what.size(), by);
        at += by.size();
    }
}

/// For each of `parts` the rows of `batch` that belong to it, in their order: all rows of a key to one. Those
/// of a symbol go together, so that connections do not wait for each other's pages of the key's index, and
/// each gets as many symbols.
std::vector<std::vector<std::uint32_t>> parts_of(const Batch& batch, std::size_t parts) {
    std::vector<std::vector<std::uint32_t>> rows(parts);
    const auto& key = batch.schema()->key();
    if ((*batch.schema())[key.front()].type == Type::symbol) {
        const auto symbols = batch.column<Symbol>(key.front());
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            rows[static_cast<std::size_t>(symbols[row].code()) % parts].push_back(row);
        }
        return rows;
    }
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        rows[timescale::key_hash(batch, key, row) % parts].push_back(row);
    }
    return rows;
}

}  // namespace

void Timescale::describe(Options<Config>& options) {
    options
        .required(
            "url", &Config::url,
            "Database, as libpq takes it: postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with "
            "sslmode and its other parameters behind a '?'")
        .such_as("${DATABASE_URL}");
    options.optional("password_file", &Config::password_file,
                     "File whose first line is the password; without, it is the one in 'url' or in "
                     "~/.pgpass");
    options
        .required(
            "table", &Config::table,
            "Table to write, TABLE or SCHEMA.TABLE; with several named inputs '{input}' stands "
            "for an input's name, so that each has a table of its own")
        .such_as("rows");
    options
        .optional(
            "mode", &Config::mode,
            "'upsert': a row may replace one of the same key; a transaction's rows are taken "
            "for new ones, which go at the speed of COPY, as long as they mostly are; 'bulk': "
            "each time, for loading history")
        .one_of({"upsert", "bulk"});
    options.optional(
        "version", &Config::version,
        "Column, such as 'received', by which the newer of two rows of one key is told; "
        "an older one never replaces it. Without, the last to arrive does");
    options
        .optional("connections", &Config::connections,
                  "Connections that write at the same time; rows of one key keep to one of them. "
                  "Without: 2 for mode = \"bulk\", otherwise 1")
        .range(1, 64);
    options
        .optional("batch_rows", &Config::batch_rows,
                  "Rows, in whole batches, that make a transaction; several connections share "
                  "them out, so that no more rows wait than for one")
        .range(1, 1'000'000)
        .in("rows");
    options.optional(
        "batch_interval", &Config::batch_interval,
        "How long a row waits for others to make a transaction with, at the most; less "
        "while the server commits quickly");
    options.optional("copy", &Config::copy,
                     "Whether the server knows COPY; without, rows go as arrays");
    timescale::describe_table_options(options);
}

Timescale::Timescale(Config config) : config_(std::move(config)) {
    if (config_.table.empty() || config_.table.find('\0') != std::string::npos) {
        throw ConfigError("table", "a table's name cannot be empty or hold a zero byte");
    }
}

Timescale::Input Timescale::input_of(const Port& port, bool named) const {
    timescale::TableRequest request{config_.table, port.schema, {}};
    if (named) {
        if (request.name.find(input_placeholder) == std::string::npos) {
            throw ConfigError("table",
                              "there are several inputs, and each needs a table of its own: use "
                              "'{input}' in the name, such as 'market_{input}'");
        }
        replace_all(request.name, input_placeholder, port.name);
    }
    const Schema& schema = *port.schema;
    if (config_.version) {
        const std::size_t version = schema.index(*config_.version, "version");
        if (!orders(schema[version].type)) {
            throw ConfigError("version", "column '" + schema[version].to_string() +
                                             "' tells no order; choose a timestamp or number");
        }
        if (schema.key().empty() || schema[version].key) {
            throw ConfigError("version", schema.key().empty()
                                             ? "rows without a key have no versions"
                                             : "a column of the key is the same in all versions");
        }
        request.version = version;
    }
    if (schema.key().empty() && connections() > 1 && !bulk()) {
        throw ConfigError("connections",
                          "rows without a key are written in order, which takes one connection; "
                          "mode = \"bulk\" does without their order");
    }
    request.columns = timescale::mapped_columns(config_, schema, !named);
    if (request.version && request.column_of(*request.version) == nullptr) {
        throw ConfigError("omit", "column '" + *config_.version +
                                      "' is option 'version', and cannot be left out");
    }
    return {std::move(request)};
}

void Timescale::bind(const Ports& inputs) {
    inputs_.clear();
    for (const Port& port : inputs) {
        inputs_.push_back(input_of(port, inputs.size() > 1));
    }
}

Address Timescale::address() const {
    return {.url = config_.url,
            .password_file = config_.password_file,
            .application =
                context_ == nullptr ? "tsflow" : "tsflow " + std::string{context_->pipeline()}};
}

void Timescale::open(Context& context) {
    close();
    context_ = &context;
    setup_ = {.address = address(),
              .tables = {},
              .checkpoints = {std::string{context.pipeline()}, std::string{context.node()}},
              .copy = config_.copy,
              .bulk = bulk(),
              .clock = &context.clock()};
    Connection connection(setup_.address);
    prepare_tables(connection);
    const std::size_t share = static_cast<std::size_t>(config_.batch_rows) / connections();
    const timescale::WriterLimits limits{.tables = inputs_.size(),
                                         .batch_rows = std::max<std::size_t>(share, 1),
                                         .batch_interval = config_.batch_interval};
    for (std::size_t i = 0; i < connections(); ++i) {
        writers_.push_back(std::make_unique<Writer>(setup_, limits));
    }
}

std::size_t Timescale::connections() const noexcept {
    constexpr std::int64_t for_bulk = 2;
    return static_cast<std::size_t>(config_.connections.value_or(bulk() ? for_bulk : 1));
}

std::vector<timescale::TableRequest> Timescale::requests() const {
    std::vector<timescale::TableRequest> requests;
    for (const Input& input : inputs_) {
        requests.push_back(input.request);
    }
    return requests;
}

void Timescale::prepare_tables(Connection& connection) {
    timescale::migrate(connection);
    timescale::PreparedTables prepared = timescale::prepare_tables(
        connection, requests(), config_, setup_.bulk,
        [&](Level level, std::string_view text) { context_->log(level, text); });
    setup_.settings = prepared.settings;
    const auto touched = std::make_shared<std::atomic<bool>>(false);
    std::vector<timescale::TableFacts> refreshed;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        timescale::PreparedTable& table = prepared.tables[i];
        const auto time = inputs_[i].request.schema->event_time();
        setup_.tables.push_back(std::move(table.target));
        inputs_[i].rounded = std::move(table.rounded);
        setup_.partitions.emplace_back();
        setup_.touched.emplace_back();
        if (timescale::makes_partitions(table.facts, inputs_[i].request, config_)) {
            setup_.partitions.back() = {table.facts, *time, config_.partitions};
        }
        if (!table.aggregates.empty() && time && config_.refresh_late.count() > 0) {
            setup_.touched.back() = {table.facts, *time, table.aggregates, touched};
            refreshed.push_back(std::move(table.facts));
        }
    }
    if (!refreshed.empty()) {
        refresher_ = std::make_unique<timescale::AggregateRefresher>(
            setup_.address, std::move(refreshed), config_.refresh_late, touched, *context_);
    }
}

void Timescale::close() noexcept {
    writers_.clear();
    refresher_.reset();
    next_part_ = 0;
    last_id_ = 0;
}

void Timescale::probe(Context& context) {
    Connection connection(address());
    timescale::ProbeReport report =
        timescale::probe_tables(connection, requests(), config_, config_.copy);
    for (const std::string& warning : report.warnings) {
        context.log(Level::warning, warning);
    }
    for (std::size_t i = 0; i < report.problems.size(); ++i) {
        if (i + 1 == report.problems.size()) {
            throw Error(report.problems[i]);
        }
        context.log(Level::error, report.problems[i]);
    }
}

void Timescale::write(const Batch& batch) {
    write_input(0, batch);
}

void Timescale::write_input(std::size_t input, const Batch& batch) {
    if (batch.empty()) {
        return;
    }
    if (writers_.size() == 1) {
        writers_.front()->add(input, batch);
    } else {
        add_by_key(input, batch);
    }
    count_rounded(input, batch);
    report();
}

void Timescale::count_rounded(std::size_t input, const Batch& batch) {
    for (const timescale::RoundedColumn& column : inputs_[input].rounded) {
        if (const std::uint64_t rounded = timescale::count_rounded(batch, column); rounded > 0) {
            context_->counter("rounded." + column.name).add(rounded);
        }
    }
}

void Timescale::add_by_key(std::size_t input, const Batch& batch) {
    if (batch.schema()->key().empty()) {
        writers_[turn_ % writers_.size()]->add(input, batch);
        ++turn_;
        return;
    }
    const auto parts = parts_of(batch, writers_.size());
    for (; next_part_ < parts.size(); ++next_part_) {
        if (!parts[next_part_].empty()) {
            writers_[next_part_]->add(input, take(batch, parts[next_part_]));
        }
    }
    next_part_ = 0;
}

void Timescale::commit(const Checkpoint& checkpoint, StateWriter& state) {
    const bool store = checkpoint.id != 0;
    if (writers_.size() > 1) {
        // All at the same time, and the checkpoint when they are safe.
        for (const auto& writer : writers_) {
            writer->flush(nullptr);
        }
        for (const auto& writer : writers_) {
            writer->wait();
        }
    }
    writers_.front()->flush(store ? &checkpoint : nullptr);
    writers_.front()->wait();
    report();
    last_id_ = store ? checkpoint.id : last_id_;
    state.text(config_.table);
    state.integer(static_cast<std::int64_t>(last_id_));
}

void Timescale::report() {
    for (const auto& writer : writers_) {
        timescale::WriterReport done = writer->take_report();
        context_->counter("rows_committed").add(done.rows);
        context_->counter("transactions").add(done.transactions);
        context_->gauge("commit_us")
            .set(std::chrono::duration_cast<std::chrono::microseconds>(done.last_commit).count());
        if (done.times_cut > 0) {
            context_->counter("times_cut").add(done.times_cut);
            if (!std::exchange(warned_of_times_, true)) {
                context_->log(Level::warning,
                              "PostgreSQL's times are microseconds: what is finer is cut off; "
                              "'times_cut' counts them");
            }
        }
        for (const timescale::Rejection& rejection : done.rejections) {
            context_->reject(rejection.batch, rejection.row, rejection.reason);
        }
    }
}

void Timescale::restore(StateReader& state) {
    const std::string table{state.text()};
    const std::int64_t id = state.integer();
    const std::string advice = "delete the pipeline's state to start from the beginning";
    if (table != config_.table) {
        throw Error("up to the last checkpoint rows went to table '" + table +
                    "', and now 'table' is '" + config_.table + "'; set it back, or " + advice);
    }
    Connection connection(setup_.address);
    const std::int64_t stored = setup_.checkpoints.id(connection).value_or(0);
    if (stored < id) {
        throw Error(
            connection.place() + " is older than the pipeline's last checkpoint: it holds " +
            (stored == 0 ? "no checkpoint" : "checkpoint " + std::to_string(stored)) + " of " +
            std::string{context_->node()} + " in pipeline '" + std::string{context_->pipeline()} +
            "', and the run stood at checkpoint " + std::to_string(id) +
            ". It is another database, or a restored one; put the right one back, or " + advice);
    }
    last_id_ = static_cast<std::uint64_t>(id);
}

Repeats Timescale::repeats() const noexcept {
    for (const Input& input : inputs_) {
        if (!input.request.keyed()) {
            return Repeats::doubled;
        }
    }
    return Repeats::replaced;
}

}  // namespace tsflow

TSFLOW_PLUGIN("timescale", "0.1.0") {
    plugin.add<tsflow::Timescale>();
}

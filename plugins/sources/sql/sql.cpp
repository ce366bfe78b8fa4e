#include "sql.hpp"

#include <algorithm>
#include <utility>

#include "columns.hpp"
#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/state.hpp"

namespace tsflow::sql {

void Sql::describe(Options<Config>& options) {
    options
        .required("url", &Config::url,
                  "`sqlite:FILE`, relative to the working directory, or a server, "
                  "postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
        .such_as("sqlite:market.sqlite");
    options.optional("table", &Config::table, "Table or view, TABLE or SCHEMA.TABLE");
    options.optional("query", &Config::query,
                     "One SELECT, without a semicolon, to read in the place of a table");
    options.optional("columns", &Config::columns,
                     "What to read, NAME:TYPE, NAME:TYPE? when it may be null, with a unit in "
                     "brackets, such as close:float64[USD]; empty: the columns of market bars. One "
                     "that may be null and is not there is null");
    options.optional("time", &Config::time,
                     "Column of the event time, by which rows are ordered; in the database it may "
                     "be a timestamp, a date, ISO text, or a number since 1970");
    options.optional("key", &Config::key,
                     "Columns that tell rows of one time apart, and order them");
    options.optional("timezone", &Config::timezone,
                     "Time zone of times and dates that the database holds without one");
    options.optional("symbols", &Config::symbols,
                     "Keep only rows with these values in the first column of type symbol; empty "
                     "keeps all");
    options.optional("from", &Config::from,
                     "First day to read: of UTC, or for dates and times without a zone as the "
                     "database has them");
    options.optional("to", &Config::to, "Last day to read, inclusive");
    options.optional("batch_rows", &Config::batch_rows, "Most rows of a batch")
        .range(1, 1'000'000)
        .in("rows");
    options.optional("follow", &Config::follow,
                     "Instead of ending, look so often for rows behind the last one");
    options.check([](const Config& config, OptionProblems& problems) {
        if (config.table.empty() && config.query.empty()) {
            problems.push_back({"table", "an empty name is no table; name one, or give `query`"});
        }
        if (config.query.find(';') != std::string::npos) {
            problems.push_back({"query", "`query` is one SELECT; remove the semicolon"});
        }
        if (config.from && config.to && *config.to < *config.from) {
            problems.push_back({"to", "`to` is " + format_date(*config.to) +
                                          ", before `from`, which is " + format_date(*config.from) +
                                          "; exchange them"});
        }
        if (config.follow && *config.follow < std::chrono::milliseconds{10}) {
            problems.push_back({"follow", "the database would do nothing else; 10ms is the least"});
        }
    });
}

Sql::Sql(Config config)
    : config_(std::move(config)),
      zone_(config_.timezone),
      schema_(Schema::make(fields_of(config_.columns, config_.time, config_.key))),
      rows_(schema_) {
    key_.push_back(schema_->index(config_.time));
    for (const std::string& column : config_.key) {
        key_.push_back(schema_->index(column));
    }
    const auto& fields = schema_->fields();
    if (!config_.symbols.empty() &&
        std::none_of(fields.begin(), fields.end(),
                     [](const Field& field) { return field.type == Type::symbol; })) {
        throw ConfigError("symbols", "there is no column of type symbol to go by");
    }
}

Ports Sql::outputs() const {
    return single(schema_);
}

void Sql::open(Context& context) {
    context_ = &context;
    connect(context);
}

void Sql::close() noexcept {
    database_.reset();
    reading_ = false;
    rows_.truncate(0);
}

void Sql::probe(Context& context) {
    connect(context);
    // The database plans what is never fetched.
    database_->begin(select(false), {}, 1);
    database_.reset();
}

void Sql::connect(Context& context) {
    constexpr std::string_view sqlite = "sqlite:";
    const std::string& url = config_.url.reveal();
    if (url.starts_with(sqlite)) {
        database_ = open_sqlite(url.substr(sqlite.size()));
    } else {
        database_ = open_postgres(config_.url, "tsflow " + std::string{context.pipeline()});
    }
    find_columns(context);
}

void Sql::find_columns(Context& context) {
    const std::vector<DatabaseColumn> columns = database_->columns(source());
    selected_.clear();
    for (const Field& field : schema_->fields()) {
        const bool there =
            std::any_of(columns.begin(), columns.end(),
                        [&](const DatabaseColumn& column) { return column.name == field.name; });
        if (!there && !field.nullable) {
            throw Error((config_.query.empty() ? "table '" + config_.table + "'" : "the query") +
                        " has no column '" + field.name + "'; what is there fits " +
                        fitting_columns(columns, config_.time));
        }
        if (!there) {
            context.log(Level::info, "there is no column '" + field.name + "'; it is null");
        }
        selected_.push_back(there ? quoted_name(field.name) : "NULL");
    }
}

std::string Sql::source() const {
    return config_.query.empty() ? quoted_name(config_.table, true)
                                 : "(" + config_.query + ") AS tsflow_query";
}

std::string Sql::select(bool behind_key) {
    std::string sql = "SELECT ";
    for (const std::string& expression : selected_) {
        sql += (&expression == selected_.data() ? "" : ", ") + expression;
    }
    sql += " FROM " + source();
    const std::string time = quoted_name(config_.time);
    std::vector<std::string> conditions;
    if (!config_.symbols.empty()) {
        const auto& fields = schema_->fields();
        const auto symbol = std::find_if(fields.begin(), fields.end(), [](const Field& field) {
            return field.type == Type::symbol;
        });
        std::string list;
        for (const std::string& text : config_.symbols) {
            list += (list.empty() ? "" : ", ") + literal(text);
        }
        conditions.push_back(quoted_name(symbol->name) + " IN (" + list + ")");
    }
    if (config_.from || config_.to) {
        const std::string sample = first_value_of_time();
        if (config_.from) {
            conditions.push_back(time + " >= " + day_literal(*config_.from, sample));
        }
        if (config_.to) {
            conditions.push_back(time + " < " +
                                 day_literal(*config_.to + Date::duration{1}, sample));
        }
    }
    std::string order;
    std::string places;
    for (std::size_t i = 0; i < key_.size(); ++i) {
        order += (i == 0 ? "" : ", ") + quoted_name((*schema_)[key_[i]].name);
        places += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
    }
    if (behind_key) {
        conditions.push_back("(" + order + ") > (" + places + ")");
    }
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        sql += (i == 0 ? " WHERE " : " AND ") + conditions[i];
    }
    return sql + " ORDER BY " + order;
}

/// Any value of the event time, so that days can be written as the database writes times; empty without rows.
std::string Sql::first_value_of_time() {
    const std::string time = quoted_name(config_.time);
    database_->begin(
        "SELECT " + time + " FROM " + source() + " WHERE " + time + " IS NOT NULL LIMIT 1", {}, 1);
    std::vector<Value> row;
    std::string sample;
    while (database_->next(row)) {
        sample = to_text(row[0]);
    }
    return sample;
}

std::string Sql::day_literal(Date day, const std::string& sample) const {
    const bool numeric = !sample.empty() &&
                         sample.find_first_not_of("-0123456789.") == std::string::npos &&
                         !parse_date(sample);
    if (!numeric) {
        return literal(format_date(day));
    }
    const std::int64_t whole = std::stoll(sample.substr(0, sample.find('.')));
    constexpr std::int64_t seconds_per_day = 86'400;
    return std::to_string(day.time_since_epoch().count() * seconds_per_day *
                          units_per_second(whole));
}

void Sql::begin() {
    std::vector<Value> behind;
    for (const KeyValue& value : emitted_.key) {
        behind.push_back(std::visit([](const auto& held) { return Value{held}; }, value));
    }
    const std::string sql = select(!behind.empty());
    database_->begin(sql, behind, static_cast<std::size_t>(config_.batch_rows));
    read_ = emitted_;
    reading_ = true;
}

Poll Sql::poll(Emitter& out, Millis max_wait) {
    if (watermark_due_) {  // downstream, too, has come back to where it stood
        watermark_due_ = false;
        out.watermark(emitted_.watermark);
    }
    if (look_again_ && context_->clock().now() < *look_again_) {
        return rest(max_wait);
    }
    look_again_.reset();
    bool more = false;
    try {
        if (!database_) {
            connect(*context_);
        }
        if (!reading_) {
            begin();
        }
        more = fill();
    } catch (const RetryableError&) {
        // Goes on behind what was emitted, over a new connection.
        close();
        throw;
    }
    emitted_ = read_;
    if (!rows_.empty()) {
        out.emit(rows_.finish());
        out.watermark(emitted_.watermark);
    }
    if (more) {
        return Poll::more;
    }
    reading_ = false;
    if (!config_.follow) {
        return Poll::done;
    }
    look_again_ = context_->clock().now() + *config_.follow;
    return Poll::idle;
}

Poll Sql::rest(Millis max_wait) {
    context_->sleep_for(std::min<Duration>(max_wait, *look_again_ - context_->clock().now()));
    return Poll::idle;
}

bool Sql::fill() {
    while (rows_.rows() < static_cast<std::size_t>(config_.batch_rows)) {
        if (!database_->next(row_)) {
            return false;
        }
        take(row_);
    }
    return true;
}

void Sql::take(const std::vector<Value>& row) {
    const std::size_t before = rows_.rows();
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (push(rows_, i, (*schema_)[i], row[i], zone_)) {
            continue;
        }
        rows_.truncate(before);
        std::string text;
        for (const Value& value : row) {
            text += (text.empty() ? "" : "|") + to_text(value);
        }
        context_->reject(text, "column '" + (*schema_)[i].name + "' is not " +
                                   ((*schema_)[i].nullable ? "a " : "a present ") +
                                   std::string{to_string((*schema_)[i].type)});
        return;
    }
    remember(row, *to_timestamp(row[key_[0]], zone_));
}

void Sql::remember(const std::vector<Value>& row, Timestamp time) {
    if (time < read_.watermark) {
        throw Error(
            "rows do not come in the order of time: behind " + format_timestamp(read_.watermark) +
            " comes " + format_timestamp(time) + "; column '" + config_.time +
            "' holds texts or numbers of several forms, which the database orders otherwise");
    }
    read_.watermark = time;
    read_.key.clear();
    for (const std::size_t column : key_) {
        if (const auto* text = std::get_if<std::string_view>(&row[column])) {
            read_.key.emplace_back(std::string{*text});
        } else if (const auto* real = std::get_if<double>(&row[column])) {
            read_.key.emplace_back(*real);
        } else {
            read_.key.emplace_back(std::get<std::int64_t>(row[column]));
        }
    }
}

void Sql::position(StateWriter& state) const {
    state.time(emitted_.watermark);
    state.integer(static_cast<std::int64_t>(emitted_.key.size()));
    for (const KeyValue& value : emitted_.key) {
        state.integer(static_cast<std::int64_t>(value.index()));
        if (const auto* text = std::get_if<std::string>(&value)) {
            state.text(*text);
        } else if (const auto* real = std::get_if<double>(&value)) {
            state.real(*real);
        } else {
            state.integer(std::get<std::int64_t>(value));
        }
    }
}

void Sql::resume(StateReader& state) {
    Position saved;
    saved.watermark = state.time();
    const std::int64_t count = state.integer();
    for (std::int64_t i = 0; i < count; ++i) {
        switch (state.integer()) {
            case 0:
                saved.key.emplace_back(state.integer());
                break;
            case 1:
                saved.key.emplace_back(state.real());
                break;
            default:
                saved.key.emplace_back(std::string{state.text()});
        }
    }
    if (!saved.key.empty() && saved.key.size() != key_.size()) {
        throw Error("the saved position has " + std::to_string(saved.key.size()) +
                    " columns, and `time` and `key` now are " + std::to_string(key_.size()) +
                    "; go back to the former ones, or start without the saved state");
    }
    emitted_ = std::move(saved);
    watermark_due_ = !emitted_.key.empty();
    reading_ = false;
}

}  // namespace tsflow::sql

TSFLOW_PLUGIN("sql", "1.0.0") {
    plugin.add<tsflow::sql::Sql>();
}

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "database.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"
#include "values.hpp"

namespace tsflow::sql {

/// Reads a table or a query in the order of time, without changing anything.
class Sql final : public Source {
public:
    static constexpr std::string_view name = "sql";
    static constexpr std::string_view doc =
        "Reads a table, or what a query gives, out of SQLite, PostgreSQL or TimescaleDB, in the "
        "order "
        "of time, and goes on behind the last row read. Never changes anything there.";

    struct Config {
        Secret url;
        std::string table = "ohlcv_daily";
        std::string query;
        std::vector<std::string> columns;
        std::string time = "timestamp";
        std::vector<std::string> key = {"symbol"};
        std::string timezone = "UTC";
        std::vector<std::string> symbols;
        std::optional<Date> from;
        std::optional<Date> to;
        std::int64_t batch_rows = 4096;
        std::optional<Duration> follow;
    };
    static void describe(Options<Config>& options);
    explicit Sql(Config config);

    Ports outputs() const override;
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;

private:
    /// A value of the key as the database gave it, so that it can be compared there again.
    using KeyValue = std::variant<std::int64_t, double, std::string>;
    /// Behind the last row of a batch.
    struct Position {
        std::vector<KeyValue> key;  ///< time first; empty: at the beginning
        Timestamp watermark = Timestamp::min();
    };

    void connect(Context& context);
    void find_columns(Context& context);
    std::string source() const;
    std::string select(bool behind_key);
    std::string first_value_of_time();
    std::string day_literal(Date day, const std::string& sample) const;
    void begin();
    bool fill();
    void take(const std::vector<Value>& row);
    void remember(const std::vector<Value>& row, Timestamp time);
    Poll rest(Millis max_wait);

    Config config_;
    Zone zone_;
    SchemaPtr schema_;
    std::vector<std::size_t> key_;  ///< columns of the order, time first
    BatchBuilder rows_;
    Context* context_ = nullptr;
    std::unique_ptr<Database> database_;
    std::vector<std::string> selected_;  ///< an expression for each column
    bool reading_ = false;
    std::vector<Value> row_;
    Position read_;     ///< of all rows read
    Position emitted_;  ///< of those that went out
    bool watermark_due_ = false;
    std::optional<Timestamp> look_again_;
};

}  // namespace tsflow::sql

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregates_refresh.hpp"
#include "table_care.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"
#include "writer.hpp"

namespace tsflow {

/// Hands rows to writers, each with a thread and a connection; rows of one key always to the same one, those
/// without a key in turn.
/// The last transaction of a checkpoint holds the checkpoint too, when all others are committed.
class Timescale final : public Sink {
public:
    static constexpr std::string_view name = "timescale";
    static constexpr std::string_view doc =
        "Writes rows to tables of a TimescaleDB or plain PostgreSQL server. Rows with a key "
        "replace "
        "those of the same key; rows without one are appended.";
    struct Config : timescale::TableOptions {
        Secret url;
        std::filesystem::path password_file;
        std::string table;
        std::string mode = "upsert";
        std::optional<std::string> version;
        std::optional<std::int64_t> connections;
        std::int64_t batch_rows = 50'000;
        Duration batch_interval = std::chrono::milliseconds{250};
        bool copy = true;
    };
    static void describe(Options<Config>& options);
    explicit Timescale(Config config);

    void bind(const Ports& inputs) override;
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    void write(const Batch& batch) override;
    void write_input(std::size_t input, const Batch& batch) override;
    void commit(const Checkpoint& checkpoint, StateWriter& state) override;
    void restore(StateReader& state) override;
    Repeats repeats() const noexcept override;

private:
    bool bulk() const noexcept { return config_.mode == "bulk"; }
    std::size_t connections() const noexcept;
    struct Input {
        timescale::TableRequest request;
        std::vector<timescale::RoundedColumn> rounded = {};  ///< known when the table is
    };
    timescale::Address address() const;
    Input input_of(const Port& port, bool named) const;
    std::vector<timescale::TableRequest> requests() const;
    void prepare_tables(timescale::Connection& connection);
    void count_rounded(std::size_t input, const Batch& batch);
    void add_by_key(std::size_t input, const Batch& batch);
    void report();

    Config config_;
    std::vector<Input> inputs_;
    Context* context_ = nullptr;
    timescale::WriterSetup setup_;
    std::unique_ptr<timescale::AggregateRefresher> refresher_;
    // Behind it, so that the last refresh comes when all rows are there.
    std::vector<std::unique_ptr<timescale::Writer>> writers_;
    std::size_t next_part_ = 0;  // of a batch that the host passes again, the first not yet taken
    std::size_t turn_ = 0;       // rows without a key go to the writers in turn
    std::uint64_t last_id_ = 0;
    bool warned_of_times_ = false;
};

}  // namespace tsflow

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/exchange.hpp"
#include "runtime/tap.hpp"
#include "tsflow/node.hpp"

namespace tsflow::control {

enum class RowFormat { jsonl, table };

struct TapOptions {
    std::optional<std::uint64_t> limit = {};  ///< rows, then the stream is over
    double rows_per_second = 0;               ///< more are left out
    RowFormat format = RowFormat::jsonl;
};

/// Rows of a tapped port as lines of text, no faster than asked. Lines that begin with `#` are about the
/// rows: how many were left out since the last such line.
class TapStream final : public Stream {
public:
    /// `filter`, bound to the port's schema, may be null: all rows pass. From the moment that `ended` is
    /// true nothing will come. `release` is called at the end.
    TapStream(std::shared_ptr<Tap> tap, SchemaPtr schema, std::unique_ptr<Transform> filter,
              TapOptions options, std::shared_ptr<const std::atomic<bool>> ended,
              std::function<void()> release);
    ~TapStream() override;
    std::string next() override;
    bool over() const override;

private:
    bool enough() const;
    std::vector<Batch> passing(std::vector<Batch> batches);
    void append_row(std::string& out, const Batch& batch, std::size_t row);
    void append_cells(std::string& out, const std::vector<std::string>& cells);

    std::shared_ptr<Tap> tap_;
    SchemaPtr schema_;
    std::unique_ptr<Transform> filter_;
    TapOptions options_;
    std::shared_ptr<const std::atomic<bool>> ended_;
    std::function<void()> release_;
    std::vector<std::size_t> widths_;  // of the table's columns, growing
    std::uint64_t shown_ = 0;
    std::uint64_t left_out_ = 0, told_ = 0;
    double allowance_;
};

}  // namespace tsflow::control

#include "control/tap_stream.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "config/characters.hpp"
#include "tsflow/text.hpp"

namespace tsflow::control {
namespace {

class Collector final : public Emitter {
public:
    void emit(Batch batch, std::size_t) override { batches.push_back(std::move(batch)); }
    void watermark(Timestamp) override {}
    std::vector<Batch> batches;
};

constexpr double rounds_per_second = 1.0 / std::chrono::duration<double>(Stream::pause).count();

}  // namespace

TapStream::TapStream(std::shared_ptr<Tap> tap, SchemaPtr schema, std::unique_ptr<Transform> filter,
                     TapOptions options, std::shared_ptr<const std::atomic<bool>> ended,
                     std::function<void()> release)
    : tap_(std::move(tap)),
      schema_(std::move(schema)),
      filter_(std::move(filter)),
      options_(options),
      ended_(std::move(ended)),
      release_(std::move(release)),
      allowance_(options.rows_per_second) {}

TapStream::~TapStream() {
    release_();
}

std::vector<Batch> TapStream::passing(std::vector<Batch> batches) {
    if (!filter_) {
        return batches;
    }
    Collector collector;
    for (Batch& batch : batches) {
        filter_->process(std::move(batch), collector);
    }
    return std::move(collector.batches);
}

void TapStream::append_cells(std::string& out, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t width = count_characters(cells[i]);
        widths_[i] = std::max(widths_[i], width);
        out += cells[i];
        if (i + 1 < cells.size()) {
            out.append(widths_[i] - width + 2, ' ');
        }
    }
    out += '\n';
}

void TapStream::append_row(std::string& out, const Batch& batch, std::size_t row) {
    if (options_.format == RowFormat::jsonl) {
        append_json(out, batch, row);
        out += '\n';
        return;
    }
    std::vector<std::string> cells(schema_->size());
    if (widths_.empty()) {
        widths_.assign(schema_->size(), 0);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            cells[i] = (*schema_)[i].name;
            // So wide that few rows have to push the others aside.
            widths_[i] = (*schema_)[i].type == Type::timestamp ? format_timestamp({}).size() : 8;
        }
        append_cells(out, cells);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i].clear();
        if (!batch.is_null(i, row)) {
            append_value(cells[i], batch, i, row);
        }
    }
    append_cells(out, cells);
}

std::string TapStream::next() {
    allowance_ = std::min(allowance_ + options_.rows_per_second / rounds_per_second,
                          options_.rows_per_second);
    std::string out;
    for (const Batch& batch : passing(tap_->take())) {
        for (std::size_t row = 0; row < batch.rows() && !enough(); ++row) {
            if (allowance_ < 1) {
                left_out_ += batch.rows() - row;
                break;
            }
            allowance_ -= 1;
            ++shown_;
            append_row(out, batch, row);
        }
    }
    const std::uint64_t missed = left_out_ + tap_->missed();
    if (missed > told_) {
        out += fmt::format(
            "# {} rows left out: more than {:.0f} a second, or than could be looked at\n",
            missed - told_, options_.rows_per_second);
        told_ = missed;
    }
    return out;
}

bool TapStream::enough() const {
    return options_.limit && shown_ >= *options_.limit;
}

bool TapStream::over() const {
    return *ended_ || enough();
}

}  // namespace tsflow::control

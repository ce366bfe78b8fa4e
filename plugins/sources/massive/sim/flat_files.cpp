#include <algorithm>
#include <unordered_map>

#include "bar_source.hpp"
#include "csv_rows.hpp"
#include "file_list.hpp"
#include "gzip_reader.hpp"
#include "market/bar.hpp"
#include "new_york.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive_sim {

namespace {

constexpr std::string_view minute_folder = "minute_aggs_v1";

std::int64_t minute_of(Timestamp time) {
    return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

class FlatFiles final : public BarSource {
public:
    explicit FlatFiles(const SimulatorOptions& options) {
        wanted_ = options.symbols;
        std::ranges::sort(wanted_);
        for (const auto& file : files_of(options)) {
            read(file.path);
        }
        if (symbols_.empty()) {
            throw Error("The files below '" + options.data +
                        "' hold no bar of the tickers wanted; the simulator has nothing to play.");
        }
        put_in_order();
        if (!options.start.empty()) {
            start_ = minute_of(*parse_timestamp(options.start));
        }
    }

    std::optional<std::size_t> symbol(std::string_view ticker) override {
        const auto found = numbers_.find(std::string{ticker});
        return found == numbers_.end() ? std::nullopt : std::optional{found->second};
    }

    std::optional<Bar> bar(std::size_t symbol, std::int64_t minute) const override {
        const auto at = lower(symbol, minute);
        return at == bars_[symbol].end() || at->minute != minute ? std::nullopt
                                                                 : std::optional{*at};
    }

    void bars(std::size_t symbol, std::int64_t first, std::int64_t last,
              std::vector<Bar>& out) const override {
        for (auto at = lower(symbol, first); at != bars_[symbol].end() && at->minute <= last;
             ++at) {
            out.push_back(*at);
        }
    }

    std::optional<std::int64_t> next_minute(std::int64_t minute) const override {
        const auto at = std::ranges::lower_bound(minutes_, minute);
        return at == minutes_.end() ? std::nullopt : std::optional{*at};
    }

    std::int64_t first_minute() const override { return start_ ? *start_ : minutes_.front(); }
    std::int64_t history_begin() const override { return minutes_.front(); }

private:
    static std::vector<flat_file::DataFile> files_of(const SimulatorOptions& options) {
        auto files = flat_file::find_files(options.data);
        const auto is_minute_file = [](const flat_file::DataFile& file) {
            return file.path.string().find(minute_folder) != std::string::npos;
        };
        // A folder of one kind of file only may be called as one likes.
        if (std::ranges::any_of(files, is_minute_file)) {
            std::erase_if(files, [&](const auto& file) { return !is_minute_file(file); });
        }
        return flat_file::within(std::move(files), parse_date(options.from), parse_date(options.to),
                                 options.data);
    }

    void read(const std::filesystem::path& path) {
        using flat_file::GzipReader;
        GzipReader reader(path);
        GzipReader::Fill filled = GzipReader::Fill::more;
        while (reader.text().find('\n') == std::string_view::npos &&
               filled == GzipReader::Fill::more) {
            filled = reader.fill();
        }
        const std::string_view first_line = reader.text().substr(0, reader.text().find('\n'));
        const flat_file::Header header(first_line.substr(0, first_line.find_last_not_of('\r') + 1),
                                       path.string());
        reader.consume(std::min(first_line.size() + 1, reader.text().size()));

        flat_file::RowParser parser(
            header, {.symbols = wanted_},
            [&](std::uint64_t line, std::string_view, const std::string& what) {
                throw Error(path.string() + ":" + std::to_string(line) + ": " + what + ".");
            });
        parser.set_line(2);
        BatchBuilder rows(market::bar_schema());
        while (filled == GzipReader::Fill::more) {
            filled = reader.fill();
            const bool is_last = filled == GzipReader::Fill::end;
            reader.consume(parser.parse(reader.text(), is_last, rows, SIZE_MAX));
            take(rows.finish());
        }
        if (filled != GzipReader::Fill::end) {
            throw Error(filled == GzipReader::Fill::broken
                            ? reader.failure()
                            : "The file '" + path.string() + "' holds a line too long to be one.");
        }
    }

    void take(const Batch& batch) {
        for (const market::Bar& row : rows<market::Bar>(batch)) {
            Bar bar{.minute = minute_of(row.timestamp),
                    .open = row.open,
                    .high = row.high,
                    .low = row.low,
                    .close = row.close,
                    .volume = row.volume};
            bar.transactions = row.transactions.value_or(-1);
            const auto [found, is_new] =
                numbers_.try_emplace(std::string{row.symbol.text()}, symbols_.size());
            if (is_new) {
                symbols_.push_back(found->first);
                bars_.emplace_back();
            }
            bars_[found->second].push_back(bar);
        }
    }

    void put_in_order() {
        for (auto& bars : bars_) {
            std::ranges::sort(bars, {}, &Bar::minute);
            for (const Bar& bar : bars) {
                minutes_.push_back(bar.minute);
            }
        }
        std::ranges::sort(minutes_);
        minutes_.erase(std::unique(minutes_.begin(), minutes_.end()), minutes_.end());
    }

    std::vector<Bar>::const_iterator lower(std::size_t symbol, std::int64_t minute) const {
        return std::ranges::lower_bound(bars_[symbol], minute, {}, &Bar::minute);
    }

    std::vector<std::string> wanted_;
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::vector<Bar>> bars_;  // of each ticker, by minute
    std::vector<std::int64_t> minutes_;   // that have bars, ascending
    std::optional<std::int64_t> start_;
};

}  // namespace

std::unique_ptr<BarSource> make_flat_files(const SimulatorOptions& options) {
    return std::make_unique<FlatFiles>(options);
}

}  // namespace tsflow::massive_sim

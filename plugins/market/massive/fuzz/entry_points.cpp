#include "entry_points.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "massive/frame_parser.hpp"
#include "massive/rest_client.hpp"
#include "tsflow/batch.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market::massive::fuzz {

namespace {

void expect(bool so, const char* promise) {
    if (!so) {
        throw std::logic_error(promise);
    }
}

/// Keeps every second row of a ticker that is being moved.
class Listener final : public FrameListener {
public:
    explicit Listener(std::string_view frame) : bytes_(frame.size()) {}

    void on_status(std::string_view status, std::string_view message) override {
        expect(!status.empty(), "a status is named");
        said += status.size() + message.size();
        ++statuses;
    }
    bool contested(Symbol symbol, std::string_view event) override {
        expect(!symbol.text().empty(), "a contested row has a ticker");
        expect(event.size() >= 2 && event.front() == '{' && event.back() == '}',
               "a contested event is told as its JSON");
        return ++asked % 2 == 0;
    }
    void rejected(std::string_view raw, std::string_view reason) override {
        expect(raw.size() <= bytes_, "what is rejected is of the frame");
        expect(!reason.empty(), "what is rejected has a reason");
        said += static_cast<std::size_t>(std::count(raw.begin(), raw.end(), '{'));
        ++refused;
    }

    std::size_t statuses = 0, asked = 0, refused = 0, said = 0;

private:
    std::size_t bytes_;
};

struct Outcome {
    std::vector<Batch> rows;
    std::size_t refused = 0;

    bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view frame, char behind, std::span<const std::uint8_t> owners) {
    // A block of just this size, so that the sanitizer sees every byte that is read beyond.
    const auto block = std::make_unique<char[]>(frame.size() + FrameParser::padding);
    std::copy(frame.begin(), frame.end(), block.get());
    std::memset(block.get() + frame.size(), behind, FrameParser::padding);

    FrameParser parser({true, true, true, true, true, true, true});
    Listener listener(frame);
    const FrameOrigin origin{Timestamp{Duration{1}}, Symbol{}, 1};
    parser.parse({block.get(), frame.size()}, origin, owners, listener);

    Outcome outcome;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < channel_count; ++i) {
        outcome.rows.push_back(parser.rows(static_cast<Channel>(i)).finish());
        rows += outcome.rows.back().rows();
    }
    outcome.refused = listener.refused;
    const FrameParser::Counts& counts = parser.counts();
    expect(counts.events == rows, "each event that is counted is a row");
    expect(counts.rejected == listener.refused, "each event that is rejected is told");
    expect(counts.statuses == listener.statuses, "each status is told");
    expect(!owners.empty() || (counts.unowned == 0 && listener.asked == 0),
           "without owners all rows are kept");
    return outcome;
}

/// Rows as they are shown and written; texts must stand up to it.
std::size_t written(const Batch& batch) {
    std::string json;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        append_json(json, batch, row);
    }
    return json.size();
}

}  // namespace

void frames(std::string_view input) {
    const Outcome plain = parse(input, ' ', {});
    for (const Batch& batch : plain.rows) {
        expect(batch.empty() || written(batch) > 0, "rows can be written");
    }
    const char last = input.empty() ? '}' : input.back();
    for (const char behind : {'\0', ']', '}', ',', '"', last}) {
        expect(parse(input, behind, {}) == plain, "what follows a frame does not matter");
    }
    constexpr std::array all{std::uint8_t{1}, std::uint8_t{2}, owner::contested, owner::nobody};
    std::vector<std::uint8_t> owners(std::min<std::size_t>(Symbol::count(), 256));
    for (std::size_t i = 0; i < owners.size(); ++i) {
        owners[i] = all[i % all.size()];
    }
    parse(input, ' ', owners);
}

void bars(std::string_view input) {
    BarsPage page;
    try {
        page = parse_bars(input);
    } catch (const Error& error) {
        expect(std::strlen(error.what()) < 1000, "messages are short");
        return;
    }
    const auto later = [](const RestBar& a, const RestBar& b) { return b.start < a.start; };
    expect(std::adjacent_find(page.bars.begin(), page.bars.end(), later) == page.bars.end(),
           "bars ascend in time");
    for (const RestBar& bar : page.bars) {
        expect(bar.start > Timestamp{}, "a bar has a time");
    }
}

void splits(std::string_view input) {
    SplitsPage page;
    try {
        page = parse_splits(input);
    } catch (const Error& error) {
        expect(std::strlen(error.what()) < 1000, "messages are short");
        return;
    }
    for (const RestSplit& split : page.splits) {
        expect(split.ticker.find_first_of(", \n\"") == std::string::npos, "a ticker is one word");
        expect(std::isfinite(split.ratio) && split.ratio > 0, "a ratio is above 0");
        expect(parse_date(format_date(split.ex_date)) == split.ex_date, "a date can be written");
    }
}

}  // namespace tsflow::market::massive::fuzz

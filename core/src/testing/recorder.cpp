#include "testing/recorder.hpp"

#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

namespace tsflow::testing {
namespace {

std::string row_text(const Batch& batch, std::size_t row) {
    std::string text;
    append_json(text, batch, row);
    return text;
}

// The first row that differs, as both sides have it; nothing when the batches are equal.
std::string first_difference(const Batch& expected, const Batch& found) {
    if (expected == found) {
        return {};
    }
    const std::size_t both = std::min(expected.rows(), found.rows());
    for (std::size_t row = 0; row < both; ++row) {
        if (!(expected.slice(row, 1) == found.slice(row, 1))) {
            return "row " + std::to_string(row + 1) + " is " + row_text(found, row) +
                   " instead of " + row_text(expected, row);
        }
    }
    std::string text =
        std::to_string(found.rows()) + " rows instead of " + std::to_string(expected.rows());
    if (expected.rows() > both) {
        text += "; the first one missing is " + row_text(expected, both);
    } else if (found.rows() > both) {
        text += "; the first one too many is " + row_text(found, both);
    }
    return text;
}

}  // namespace

void Recorder::emit(Batch batch, std::size_t port) {
    if (cancel_after_) {
        if (*cancel_after_ == 0) {
            cancelled_ = true;
            throw Cancelled{};
        }
        --*cancel_after_;
    }
    if (port >= ports_.size()) {
        run_.broken("a node emits on its own ports: it emitted on port " + std::to_string(port) +
                    " and has " + std::to_string(ports_.size()));
        return;
    }
    const Port& target = ports_[port];
    if (!batch || !same(batch.schema(), target.schema)) {
        run_.broken(
            "emitted batches have the port's schema: on port '" + target.name + "' " +
            (batch ? difference(*batch.schema(), *target.schema) : "came an empty Batch{}"));
        return;
    }
    check_times(batch, target.name);
    rows_ += batch.rows();
    if (!batch.empty()) {
        emitted_.emplace_back(port, std::move(batch));
    }
}

void Recorder::watermark(Timestamp time) {
    if (watermark_ && time < *watermark_) {
        run_.broken("watermarks never go back: " + format_timestamp(time) + " came behind " +
                    format_timestamp(*watermark_));
        return;
    }
    watermark_ = time;
}

void Recorder::check_times(const Batch& batch, const std::string& port) {
    const std::optional<std::size_t> column = batch.schema()->event_time();
    // The end of time says that the input is over; what a node still holds comes behind it.
    if (!column || !watermark_ || *watermark_ == Timestamp::max()) {
        return;
    }
    for (const Timestamp time : batch.column<Timestamp>(*column)) {
        if (time < *watermark_) {
            run_.broken("no row follows a watermark behind its event time: on port '" + port +
                        "' a row of " + format_timestamp(time) + " came behind the watermark " +
                        format_timestamp(*watermark_));
            return;
        }
    }
}

std::vector<Batch> by_port(const Emitted& emitted, const Ports& ports) {
    std::vector<Batch> all;
    for (std::size_t port = 0; port < ports.size(); ++port) {
        std::vector<Batch> batches;
        for (const auto& [at, batch] : emitted) {
            if (at == port) {
                batches.push_back(batch);
            }
        }
        all.push_back(batches.empty() ? BatchBuilder{ports[port].schema}.finish()
                                      : concat(batches));
    }
    return all;
}

void expect_same_rows(const std::vector<Batch>& expected, const std::vector<Batch>& found,
                      const Ports& ports, const std::string& got) {
    for (std::size_t port = 0; port < ports.size(); ++port) {
        const std::string text = first_difference(expected[port], found[port]);
        Conformance::expect(text.empty(),
                            "on port '" + ports[port].name + "' " + got + " gave " + text);
    }
}

void expect_same_batches(const Emitted& expected, const Emitted& found, const std::string& got) {
    const std::size_t both = std::min(expected.size(), found.size());
    for (std::size_t i = 0; i < both; ++i) {
        const std::string batch = "batch " + std::to_string(i + 1);
        Conformance::expect(expected[i].first == found[i].first,
                            batch + " of " + got + " came on port " +
                                std::to_string(found[i].first) + " instead of " +
                                std::to_string(expected[i].first));
        const std::string text = first_difference(expected[i].second, found[i].second);
        Conformance::expect(text.empty(), "in " + batch + " " + got + " gave " + text);
    }
    Conformance::expect(expected.size() == found.size(),
                        got + " gave " + std::to_string(found.size()) + " batches instead of " +
                            std::to_string(expected.size()));
}

}  // namespace tsflow::testing

#pragma once

#include <memory>
#include <string>

#include "tsflow/testing.hpp"

namespace tsflow::market {

inline Timestamp at(const std::string& text) {
    return *parse_timestamp(text);
}

/// Bars from lines of symbol, time, open, high, low, close, volume.
inline Batch bars(const std::string& rows) {
    return testing::table(
        "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] high:float64[USD] "
        "low:float64[USD] close:float64[USD] volume:float64[shares]\n" +
        rows);
}

/// A join of `bars` and `daily`, or one of them, fed by hand.
template <class N>
class Driven {
public:
    explicit Driven(const std::string& toml, std::vector<std::string> inputs = {"in"})
        : node(testing::make<N>(toml)), names_(std::move(inputs)) {
        Ports ports;
        for (const std::string& name : names_) {
            ports.push_back({name, bars("").schema()});
        }
        outputs = node->bind(ports);
        node->open(context);
    }
    Driven(const Driven&) = delete;
    ~Driven() { node->close(); }

    void give(const Batch& batch, std::size_t input = 0) { node->process_input(input, batch, out); }
    void give(const std::string& rows, std::size_t input = 0) { give(bars(rows), input); }
    void watermark(const std::string& time) { node->advance(at(time), out); }
    void finish_input(std::size_t input) { node->finish_input(input, out); }
    void finish() { node->finish(out); }
    void clock(const std::string& time) { context.clock_.advance(at(time) - context.clock_.now()); }
    void tick() { node->tick(out); }
    Batch rows(std::size_t port = 0) const { return out.all(outputs.at(port).schema, port); }
    /// What came since the last call.
    Batch fresh(std::size_t port = 0) {
        const Batch all = rows(port);
        seen_.resize(outputs.size());
        const std::size_t first = std::exchange(seen_[port], all.rows());
        return all.slice(first, all.rows() - first);
    }

    testing::TestContext context;
    testing::CollectingEmitter out;
    std::unique_ptr<N> node;
    Ports outputs;

private:
    std::vector<std::string> names_;
    std::vector<std::size_t> seen_;
};

/// Some columns of a batch as lines of text.
inline std::string lines(const Batch& batch, const std::vector<std::string>& columns) {
    std::string text;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        for (const std::string& column : columns) {
            const std::size_t index = batch.schema()->index(column);
            text += text.empty() || text.back() == '\n' ? "" : " ";
            if (batch.is_null(index, row)) {
                text += "null";
            } else {
                append_value(text, batch, index, row);
            }
        }
        text += '\n';
    }
    return text;
}

}  // namespace tsflow::market

#pragma once

#include <string_view>

#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

class Blackhole final : public Sink {
public:
    static constexpr std::string_view name = "blackhole";
    static constexpr std::string_view doc =
        "Counts rows and forgets them. Measures what the rest of a pipeline can do.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Blackhole(Config) {}

    void bind(const Ports&) override {}
    void open(Context& context) override;
    void write(const Batch& batch) override;
    void write_input(std::size_t, const Batch& batch) override { write(batch); }
    void commit(const Checkpoint&, StateWriter&) override {}
    void restore(StateReader&) override {}
    Repeats repeats() const noexcept override { return Repeats::harmless; }

private:
    Counter* rows_ = nullptr;
};

}  // namespace tsflow

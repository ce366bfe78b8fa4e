#pragma once

#include <string_view>

#include "tsflow/node.hpp"
#include "tsflow/plugin.hpp"

/// A sink that takes everything and keeps nothing: the smallest node there is.
class SubjectNode : public tsflow::Sink {
public:
    static constexpr std::string_view doc = "Takes rows and forgets them.";
    struct Config {};
    static void describe(tsflow::Options<Config>&) {}
    explicit SubjectNode(Config) {}
    void bind(const tsflow::Ports&) override {}
    void write(const tsflow::Batch&) override {}
    void commit(const tsflow::Checkpoint&, tsflow::StateWriter&) override {}
    tsflow::Repeats repeats() const noexcept override { return tsflow::Repeats::harmless; }
};

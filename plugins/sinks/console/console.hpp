#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "row_text.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

class Console final : public Sink {
public:
    static constexpr std::string_view name = "console";
    static constexpr std::string_view doc =
        "Prints the first rows to the standard output as an aligned table, and how many there "
        "were.";
    struct Config {
        std::int64_t rows = 20;
        std::string layout = "auto";
    };
    static void describe(Options<Config>& options);
    explicit Console(Config config) : config_(std::move(config)) {}

    void bind(const Ports& inputs) override;
    void open(Context& context) override;
    void close() noexcept override;
    void write(const Batch& batch) override;
    void commit(const Checkpoint&, StateWriter&) override {}
    void restore(StateReader&) override {}
    Repeats repeats() const noexcept override { return Repeats::harmless; }

private:
    void begin(const Batch& batch);
    std::string summary() const;

    Config config_;
    SchemaPtr schema_;
    std::optional<RowText> text_;
    RowText::Layout layout_ = RowText::Layout::table;
    std::uint64_t shown_ = 0;
    std::uint64_t rows_ = 0;
    bool lost_ = false;  // the standard output is gone
};

}  // namespace tsflow

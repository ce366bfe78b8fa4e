#include "filter.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "check.hpp"
#include "conditions.hpp"
#include "lexer.hpp"
#include "parser.hpp"
#include "selection.hpp"

namespace tsflow::filter {

namespace {

/// Writes the rows of a chunk that pass, of which `first` is the first, to `rows`; tells how many.
std::size_t list(const std::uint8_t* truth, std::size_t first, std::size_t size,
                 std::uint32_t* rows) {
    std::uint16_t passing = 0;
    for (std::size_t i = 0; i < size; ++i) {
        passing = static_cast<std::uint16_t>(passing + (truth[i] == yes ? 1 : 0));
    }
    if (passing == 0) {
        return 0;
    }
    const auto start = static_cast<std::uint32_t>(first);
    if (passing == size) {
        std::iota(rows, rows + size, start);
        return size;
    }
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
        // Writes always and moves on only for a passing row: no branch to predict.
        rows[count] = start + i;
        count += truth[i] == yes ? 1 : 0;
    }
    return count;
}

}  // namespace

void Filter::describe(Options<Config>& options) {
    options
        .required(option, &Config::where,
                  "Condition that a row must meet: columns, numbers, texts and times in quotes, "
                  "true and false; = != < <= > >=, in [..], between .. and .., is null, and, or, "
                  "not, + - * /, abs(x), starts_with(text, \"A\")")
        .such_as("close > 100 and symbol in [\"AAPL\", \"MSFT\"]");
}

Filter::Filter(Config config) : config_(std::move(config)) {}

Ports Filter::bind(const Ports& inputs) {
    const SchemaPtr& schema = only(inputs);
    condition_ = compile_condition(*check(parse(config_.where), *schema));
    return single(schema);
}

void Filter::process(Batch batch, Emitter& out) {
    const std::size_t rows = batch.rows();
    if (passing_.size() < rows) {
        passing_.resize(rows);
    }
    std::size_t count = 0;
    for (std::size_t first = 0; first < rows; first += chunk_rows) {
        const std::size_t size = std::min(chunk_rows, rows - first);
        count +=
            list(condition_->evaluate({batch, first, size}), first, size, passing_.data() + count);
    }
    emit_rows(std::move(batch), {passing_.data(), count}, out);
}

}  // namespace tsflow::filter

TSFLOW_PLUGIN("filter", "1.0.0") {
    plugin.add<tsflow::filter::Filter>();
}

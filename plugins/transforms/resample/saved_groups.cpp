#include "saved_groups.hpp"

#include <bit>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

// Rows of words are saved as the bytes that they are; a big-endian machine would have to swap them.
static_assert(std::endian::native == std::endian::little);

void save_key(StateWriter& state, const Batch& key) {
    for (std::size_t column = 0; column < key.schema()->size(); ++column) {
        switch ((*key.schema())[column].type) {
            case Type::boolean:
                state.boolean(key.column<bool>(column)[0]);
                break;
            case Type::int64:
                state.integer(key.column<std::int64_t>(column)[0]);
                break;
            case Type::float64:
                state.real(key.column<double>(column)[0]);
                break;
            case Type::timestamp:
                state.time(key.column<Timestamp>(column)[0]);
                break;
            case Type::date:
                state.integer(key.column<Date>(column)[0].time_since_epoch().count());
                break;
            case Type::symbol:
                state.text(key.column<Symbol>(column)[0].text());
                break;
            case Type::string:
                state.text(key.strings(column)[0]);
                break;
        }
    }
}

Batch load_key(StateReader& state, const SchemaPtr& schema) {
    BatchBuilder builder(schema);
    for (std::size_t column = 0; column < schema->size(); ++column) {
        switch ((*schema)[column].type) {
            case Type::boolean:
                builder.push(column, state.boolean());
                break;
            case Type::int64:
                builder.push(column, state.integer());
                break;
            case Type::float64:
                builder.push(column, state.real());
                break;
            case Type::timestamp:
                builder.push(column, state.time());
                break;
            case Type::date:
                builder.push(column,
                             Date{Date::duration{static_cast<std::int32_t>(state.integer())}});
                break;
            default:
                builder.push(column, state.text());
                break;
        }
    }
    return builder.finish();
}

std::string_view as_bytes(const std::vector<std::uint64_t>& words) {
    return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(std::uint64_t)};
}

/// Calls `visit` with the index of each word that holds a symbol's code.
template <class Visit>
void for_each_symbol(const Layout& layout, std::size_t words, Visit visit) {
    for (std::size_t cell = 0; cell < layout.cells.size(); ++cell) {
        if (layout.cells[cell].type == Type::symbol) {
            for (std::size_t row = 0; row < words; row += layout.width()) {
                visit(row + layout.first_cell() + cell);
            }
        }
    }
}

void save_window(StateWriter& state, const Layout& layout, const Window& window) {
    state.integer(window.span().start);
    state.integer(window.span().end);
    state.boolean(window.pending);
    state.boolean(window.emitted);
    state.text(as_bytes(window.words()));
    for_each_symbol(layout, window.words().size(), [&](std::size_t word) {
        state.text(Symbol::from_code(static_cast<std::int32_t>(window.words()[word])).text());
    });
    state.integer(static_cast<std::int64_t>(window.texts().size()));
    for (const std::string& text : window.texts()) {
        state.text(text);
    }
}

Window load_window(StateReader& state, const Layout& layout) {
    Span span;
    span.start = state.integer();
    span.end = state.integer();
    const bool pending = state.boolean();
    const bool emitted = state.boolean();
    const std::string_view bytes = state.text();
    if (bytes.empty() || bytes.size() % (layout.width() * sizeof(std::uint64_t)) != 0) {
        throw Error("the rows of a saved window do not fit its columns");
    }
    std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
    std::memcpy(words.data(), bytes.data(), bytes.size());
    for_each_symbol(layout, words.size(), [&](std::size_t word) {
        words[word] = static_cast<std::uint64_t>(Symbol::intern(state.text()).code());
    });
    std::vector<std::string> texts;
    for (std::int64_t left = state.integer(); left > 0; --left) {
        texts.emplace_back(state.text());
    }
    Window window(span, std::move(words), std::move(texts));
    window.pending = pending;
    window.emitted = emitted;
    return window;
}

}  // namespace

void save_group(StateWriter& state, const Layout& layout, const Group& group) {
    save_key(state, group.key);
    state.integer(static_cast<std::int64_t>(group.windows.size()));
    for (const Window& window : group.windows) {
        save_window(state, layout, window);
    }
}

std::size_t load_group(StateReader& state, const Layout& layout, Groups& groups) {
    const std::size_t index = groups.add(load_key(state, layout.group));
    for (std::int64_t left = state.integer(); left > 0; --left) {
        groups[index].windows.push_back(load_window(state, layout));
    }
    return index;
}

}  // namespace tsflow::resample

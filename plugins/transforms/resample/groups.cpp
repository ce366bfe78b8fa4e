#include "groups.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tsflow::resample {

namespace {

constexpr std::int32_t unknown = -1;

template <class T>
void append_raw(std::string& bytes, T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes.append(raw, sizeof(T));
}

auto first_from(std::deque<Window>& windows, std::int64_t start) {
    return std::lower_bound(
        windows.begin(), windows.end(), start,
        [](const Window& window, std::int64_t s) { return window.span().start < s; });
}

}  // namespace

Window* Group::find(const Span& span) noexcept {
    // Nearly always one of the last two: the one that rows come into, and the one that has just closed.
    for (std::size_t back = 1; back <= 2 && back <= windows.size(); ++back) {
        Window& window = windows[windows.size() - back];
        if (window.span().start == span.start) {
            return &window;
        }
    }
    const auto found = first_from(windows, span.start);
    return found != windows.end() && found->span().start == span.start ? &*found : nullptr;
}

Window& Group::find_or_add(const Span& span, bool& added) {
    if (Window* known = find(span)) {
        return *known;
    }
    added = true;
    if (windows.empty() || windows.back().span().start < span.start) {
        // It will hold about as many rows as the one before.
        const std::size_t words = windows.empty() ? 0 : windows.back().words().size();
        Window& window = windows.emplace_back(span);
        window.reserve(words);
        return window;
    }
    return *windows.emplace(first_from(windows, span.start), span);
}

Groups::Groups(const Layout& layout)
    : by_code_(layout.group->size() == 1 && (*layout.group)[0].type == Type::symbol),
      builder_(layout.group) {}

std::size_t Groups::of(const Layout& layout, const Batch& batch, std::size_t row) {
    if (by_code_) {
        const Symbol symbol = batch.column<Symbol>(layout.group_columns[0])[row];
        const auto code = static_cast<std::size_t>(symbol.code());
        if (code < of_code_.size() && of_code_[code] != unknown) {
            return static_cast<std::size_t>(of_code_[code]);
        }
        return enroll(layout, batch, row);
    }
    bytes_.clear();
    for (std::size_t column : layout.group_columns) {
        append_bytes(bytes_, batch, column, row);
    }
    const auto known = of_bytes_.find(bytes_);
    return known != of_bytes_.end() ? known->second : enroll(layout, batch, row);
}

std::size_t Groups::enroll(const Layout& layout, const Batch& batch, std::size_t row) {
    for (std::size_t i = 0; i < layout.group_columns.size(); ++i) {
        builder_.push_from(i, batch, layout.group_columns[i], row);
    }
    return add(builder_.finish());
}

std::size_t Groups::add(Batch key) {
    Group& group = groups_.emplace_back();
    const std::size_t index = groups_.size() - 1;
    std::string bytes;
    for (std::size_t column = 0; column < key.schema()->size(); ++column) {
        append_value(group.text, key, column, 0);
        group.text += '\0';
        append_bytes(bytes, key, column, 0);
    }
    if (by_code_) {
        const auto code = static_cast<std::size_t>(key.column<Symbol>(0)[0].code());
        if (code >= of_code_.size()) {
            of_code_.resize(std::max(Symbol::count(), code + 1), unknown);
        }
        of_code_[code] = static_cast<std::int32_t>(index);
    } else {
        of_bytes_.emplace(std::move(bytes), index);
    }
    group.key = std::move(key);
    return index;
}

void Groups::append_bytes(std::string& bytes, const Batch& batch, std::size_t column,
                          std::size_t row) {
    switch ((*batch.schema())[column].type) {
        case Type::boolean:
            append_raw(bytes, batch.column<bool>(column)[row]);
            break;
        case Type::int64:
            append_raw(bytes, batch.column<std::int64_t>(column)[row]);
            break;
        case Type::float64:
            append_raw(bytes, batch.column<double>(column)[row]);
            break;
        case Type::timestamp:
            append_raw(bytes, batch.column<Timestamp>(column)[row]);
            break;
        case Type::date:
            append_raw(bytes, batch.column<Date>(column)[row]);
            break;
        case Type::symbol:
            append_raw(bytes, batch.column<Symbol>(column)[row].code());
            break;
        case Type::string: {
            const std::string_view text = batch.strings(column)[row];
            append_raw(bytes, text.size());
            bytes += text;
            break;
        }
    }
}

}  // namespace tsflow::resample

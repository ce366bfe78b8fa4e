#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "tsflow/builder.hpp"
#include "tsflow/record.hpp"

namespace tsflow::market::massive {

/// The texts of one column on their way to a builder: copied out of the frame, one behind the other.
class ScratchTexts {
public:
    static constexpr std::size_t capacity = 32;
    /// So many bytes can be read from the beginning of every text.
    static constexpr std::size_t readable = 16;

    void push(std::string_view text) {
        if (room_ - size_ < std::max(text.size(), readable)) {
            grow(text.size());
        }
        if (text.empty()) {
            // It may be nowhere.
        } else if (text.size() <= readable) {
            std::memcpy(bytes_.get() + size_, text.data(), readable);  // no branch for each length
        } else {
            std::memcpy(bytes_.get() + size_, text.data(), text.size());
        }
        size_ += text.size();
        ends_[count_++] = static_cast<std::int32_t>(size_);
    }
    void push_null() {
        nulls_ |= std::uint32_t{1} << count_;
        ends_[count_++] = static_cast<std::int32_t>(size_);
    }
    void move_to(BatchBuilder& builder, std::size_t index) {
        if (nulls_ == 0) {
            builder.push_texts(index, {bytes_.get(), size_}, {ends_.data(), count_});
        } else {
            std::int32_t begin = 0;
            for (std::size_t i = 0; i < count_; ++i) {
                if ((nulls_ >> i & 1) != 0) {
                    builder.push_null(index);
                } else {
                    builder.push(index,
                                 std::string_view{bytes_.get() + begin,
                                                  static_cast<std::size_t>(ends_[i] - begin)});
                }
                begin = ends_[i];
            }
        }
        size_ = 0;
        count_ = 0;
        nulls_ = 0;
    }

private:
    void grow(std::size_t more) {
        room_ = 2 * (room_ + more + readable);
        auto bytes = std::make_unique_for_overwrite<char[]>(room_);
        std::copy_n(bytes_.get(), size_, bytes.get());
        bytes_ = std::move(bytes);
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t room_ = 0;
    std::size_t size_ = 0;
    std::size_t count_ = 0;
    std::uint32_t nulls_ = 0;
    std::array<std::int32_t, capacity> ends_;
};

namespace detail {

template <class T>
inline constexpr bool is_text =
    std::is_same_v<T, std::string_view> || std::is_same_v<T, std::optional<std::string_view>>;

template <class Record, FixedWidth T>
void append_column(BatchBuilder& builder, std::size_t index, std::span<const Record> records,
                   T Record::*member) {
    T* out = builder.extend<T>(index, records.size()).data();
    for (const Record& record : records) {
        *out++ = record.*member;
    }
}

template <class Record, FixedWidth T>
void append_column(BatchBuilder& builder, std::size_t index, std::span<const Record> records,
                   std::optional<T> Record::*member) {
    std::size_t present = 0;
    for (const Record& record : records) {
        present += (record.*member).has_value() ? 1 : 0;
    }
    if (present == records.size()) {
        T* out = builder.extend<T>(index, records.size()).data();
        for (const Record& record : records) {
            *out++ = *(record.*member);
        }
    } else if (present == 0) {
        builder.push_nulls(index, records.size());
    } else {
        for (const Record& record : records) {
            if (const std::optional<T>& value = record.*member) {
                builder.push(index, *value);
            } else {
                builder.push_null(index);
            }
        }
    }
}

}  // namespace detail

/// A few records on their way to a builder, where they go a column at a time. They are made in place, and
/// only what their declaration sets is set: a vector would fill each with zeros first, which costs as
/// much as to read a field.
template <class Record>
class Scratch {
    static_assert(std::is_trivially_destructible_v<Record>);

public:
    static constexpr std::size_t capacity =
        ScratchTexts::capacity;  // they stay in the nearest cache

    /// One more record; there must be room. It counts only once it is kept.
    Record& begin() { return *::new (static_cast<void*>(records_.get() + size_)) Record; }
    /// The record is complete; what its texts view is no longer needed.
    void keep() {
        const Record& record = records_[size_++];
        std::size_t text = 0;
        for_columns([&](std::size_t /*index*/, const auto& column) {
            if constexpr (detail::is_text<Member<decltype(column)>>) {
                push_text(texts_[text++], record.*(column.member));
            }
        });
    }
    bool full() const noexcept { return size_ == capacity; }

    /// To a builder whose schema is `schema_of<Record>()`.
    void move_to(BatchBuilder& builder) {
        if (size_ == 0) {
            return;
        }
        const std::span<const Record> all{records_.get(), size_};
        std::size_t text = 0;
        for_columns([&](std::size_t index, const auto& column) {
            if constexpr (detail::is_text<Member<decltype(column)>>) {
                texts_[text++].move_to(builder, index);
            } else {
                detail::append_column(builder, index, all, column.member);
            }
        });
        size_ = 0;
    }

private:
    template <class Column>
    struct MemberOf;
    template <class T>
    struct MemberOf<MemberColumn<Record, T>> {
        using type = T;
    };
    template <class Column>
    using Member = typename MemberOf<std::remove_cvref_t<Column>>::type;

    static constexpr auto all_columns = Record::columns();

    template <class Use>
    static void for_columns(Use&& use) {
        std::apply(
            [&use](const auto&... column) {
                std::size_t index = 0;
                (use(index++, column), ...);
            },
            all_columns);
    }
    static void push_text(ScratchTexts& texts, std::string_view text) { texts.push(text); }
    static void push_text(ScratchTexts& texts, const std::optional<std::string_view>& text) {
        if (text) {
            texts.push(*text);
        } else {
            texts.push_null();
        }
    }
    static constexpr std::size_t text_count = std::apply(
        [](const auto&... column) {
            return (std::size_t{detail::is_text<Member<decltype(column)>>} + ... + 0);
        },
        all_columns);

    std::unique_ptr<Record[]> records_ = std::make_unique_for_overwrite<Record[]>(capacity);
    std::array<ScratchTexts, text_count> texts_;
    std::size_t size_ = 0;
};

}  // namespace tsflow::market::massive

// Random conditions over random rows, against an evaluator that knows nothing of the kernels: it walks
// a tree of its own, one row at a time, with std::optional for null.
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "filter.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;

namespace {

struct Row {
    std::string symbol;
    std::optional<std::string> note;
    std::optional<double> a;
    double b = 0;
    std::optional<std::int64_t> n;
    std::int64_t m = 0;
    std::optional<bool> flag;
};

using Truth = std::optional<bool>;
template <class T>
struct Term {
    std::string text;
    std::function<std::optional<T>(const Row&)> value;
};

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
    }

    Row row() {
        Row row;
        row.symbol = symbols[below(4)];
        if (below(4) != 0) {
            row.note = symbols[below(4)];
        }
        // Few distinct values, so that equality and borders are met often.
        if (below(4) != 0) {
            row.a = static_cast<double>(below(9)) / 2 - 2;
        }
        row.b = static_cast<double>(below(9)) / 2 - 2;
        if (below(4) != 0) {
            row.n = static_cast<std::int64_t>(below(7)) - 3;
        }
        row.m = static_cast<std::int64_t>(below(7)) - 3;
        if (below(3) != 0) {
            row.flag = below(2) == 0;
        }
        return row;
    }

    Term<bool> condition(int depth) {
        if (depth == 0) {
            return leaf();
        }
        switch (below(7)) {
            case 0:
            case 1:
                return joined(condition(depth - 1), condition(depth - 1), true);
            case 2:
            case 3:
                return joined(condition(depth - 1), condition(depth - 1), false);
            case 4: {
                Term<bool> inner = condition(depth - 1);
                return {"not (" + inner.text + ")", [inner](const Row& r) -> Truth {
                            const Truth v = inner.value(r);
                            return v ? Truth{!*v} : v;
                        }};
            }
            case 5: {
                Term<bool> inner = condition(depth - 1);
                return {"((" + inner.text + ") is null)",
                        [inner](const Row& r) -> Truth { return !inner.value(r).has_value(); }};
            }
            default:
                return leaf();
        }
    }

private:
    static constexpr const char* symbols[] = {"AA", "AB", "B", ""};
    static constexpr const char* signs[] = {"=", "!=", "<", "<=", ">", ">="};

    template <class T>
    static bool apply(std::size_t sign, const T& x, const T& y) {
        const bool results[] = {x == y, x != y, x<y, x <= y, x> y, x >= y};
        return results[sign];
    }

    static Term<bool> joined(Term<bool> x, Term<bool> y, bool is_and) {
        return {"(" + x.text + (is_and ? " and " : " or ") + y.text + ")",
                [x, y, is_and](const Row& r) -> Truth {
                    const Truth p = x.value(r);
                    const Truth q = y.value(r);
                    if ((p && *p != is_and) || (q && *q != is_and)) {
                        return !is_and;
                    }
                    return p && q ? Truth{is_and} : Truth{};
                }};
    }

    template <class T>
    Term<bool> compared(Term<T> x, Term<T> y) {
        const std::size_t sign = below(6);
        return {"(" + x.text + " " + signs[sign] + " " + y.text + ")",
                [x, y, sign](const Row& r) -> Truth {
                    const auto p = x.value(r);
                    const auto q = y.value(r);
                    return p && q ? Truth{apply(sign, *p, *q)} : Truth{};
                }};
    }

    template <class T>
    static Term<bool> ranged(Term<T> x, Term<T> low, Term<T> high, bool negated) {
        return {"(" + x.text + (negated ? " not" : "") + " between " + low.text + " and " +
                    high.text + ")",
                [=](const Row& r) -> Truth {
                    const auto v = x.value(r);
                    const auto l = low.value(r);
                    const auto h = high.value(r);
                    if ((v && l && *v < *l) || (v && h && *v > *h)) {
                        return negated;
                    }
                    return v && l && h ? Truth{!negated} : Truth{};
                }};
    }

    template <class T>
    Term<bool> listed(Term<T> x, std::vector<Term<T>> items) {
        std::string text;
        for (const auto& item : items) {
            text += (text.empty() ? "" : ", ") + item.text;
        }
        const bool negated = below(2) == 0;
        return {"(" + x.text + (negated ? " not in [" : " in [") + text + "])",
                [=](const Row& r) -> Truth {
                    const auto v = x.value(r);
                    if (!v) {
                        return {};
                    }
                    bool found = false;
                    for (const auto& item : items) {
                        found = found || *item.value(r) == *v;
                    }
                    return found != negated;
                }};
    }

    Term<bool> leaf() {
        switch (below(11)) {
            case 0:
                return compared(real(2), real(2));
            case 1:
                return compared(integer(2), integer(2));
            case 2:
                return compared(text(), text());
            case 3:
                return compared(text(), quoted());
            case 4:
                return listed(text(), {quoted(), quoted()});
            case 5:
                return listed(integer(1), {number(), number(), number()});
            case 6:
                return ranged(real(1), real(1), real(1), below(2) == 0);
            case 7:
                return {"flag", [](const Row& r) { return r.flag; }};
            case 8: {
                Term<std::string> value = text();
                Term<std::string> start = quoted();
                return {"starts_with(" + value.text + ", " + start.text + ")",
                        [=](const Row& r) -> Truth {
                            const auto v = value.value(r);
                            return v ? Truth{v->rfind(*start.value(r), 0) == 0} : Truth{};
                        }};
            }
            case 9: {
                Term<double> value = real(2);
                const bool negated = below(2) == 0;
                return {
                    "(" + value.text + (negated ? " is not null)" : " is null)"),
                    [=](const Row& r) -> Truth { return value.value(r).has_value() == negated; }};
            }
            default:
                return compared(number(), integer(1));
        }
    }

    Term<std::string> quoted() {
        const std::string text = symbols[below(4)];
        return {"\"" + text + "\"", [text](const Row&) { return std::optional{text}; }};
    }
    Term<std::string> text() {
        if (below(2) == 0) {
            return {"symbol", [](const Row& r) { return std::optional{r.symbol}; }};
        }
        return {"note", [](const Row& r) { return r.note; }};
    }
    Term<std::int64_t> number() {
        const std::int64_t value = static_cast<std::int64_t>(below(7)) - 3;
        return {std::to_string(value), [value](const Row&) { return std::optional{value}; }};
    }

    template <class T>
    Term<T> arithmetic(Term<T> x, Term<T> y, std::size_t kind) {
        const char* const names[] = {" + ", " - ", " * "};
        return {"(" + x.text + names[kind] + y.text + ")", [=](const Row& r) -> std::optional<T> {
                    const auto p = x.value(r);
                    const auto q = y.value(r);
                    if (!p || !q) {
                        return {};
                    }
                    return kind == 0 ? *p + *q : kind == 1 ? *p - *q : *p * *q;
                }};
    }

    Term<std::int64_t> integer(int depth) {
        if (depth > 0 && below(2) == 0) {
            return arithmetic(integer(depth - 1), integer(depth - 1), below(3));
        }
        switch (below(4)) {
            case 0:
                return {"n", [](const Row& r) { return r.n; }};
            case 1:
                return {"m", [](const Row& r) { return std::optional{r.m}; }};
            case 2:
                return {"abs(-n)", [](const Row& r) {
                            return r.n ? std::optional{std::abs(*r.n)} : std::nullopt;
                        }};
            default:
                return number();
        }
    }

    Term<double> real(int depth) {
        if (depth > 0 && below(2) == 0) {
            Term<double> x = real(depth - 1);
            Term<double> y = real(depth - 1);
            if (below(4) == 0) {
                // A column divides, since a constant zero would be refused.
                return {"(" + x.text + " / b)", [x](const Row& r) -> std::optional<double> {
                            const auto p = x.value(r);
                            return p && r.b != 0 ? std::optional{*p / r.b} : std::nullopt;
                        }};
            }
            return arithmetic(x, y, below(3));
        }
        switch (below(4)) {
            case 0:
                return {"a", [](const Row& r) { return r.a; }};
            case 1:
                return {"b", [](const Row& r) { return std::optional{r.b}; }};
            case 2:
                return {"(n * 0.5)", [](const Row& r) -> std::optional<double> {
                            return r.n ? std::optional{static_cast<double>(*r.n) * 0.5}
                                       : std::nullopt;
                        }};
            default: {
                const double value = static_cast<double>(below(9)) / 2;
                return {std::to_string(value),
                        [value](const Row&) { return std::optional{value}; }};
            }
        }
    }

    std::mt19937 random_;
};

template <class T>
void put(BatchBuilder& builder, std::size_t column, const std::optional<T>& value) {
    if (value) {
        builder.push(column, *value);
    } else {
        builder.push_null(column);
    }
}

}  // namespace

TEST_CASE("random conditions pass the same rows as a row-by-row evaluation") {
    Generator random(20160415);
    const SchemaPtr schema = testing::schema(
        "id:int64 symbol:symbol note:string? a:float64? b:float64 n:int64? m:int64 flag:bool?");
    for (int round = 0; round < 2000; ++round) {
        const Term<bool> condition = random.condition(1 + static_cast<int>(random.below(4)));
        const std::size_t count = 1 + random.below(round % 50 == 0 ? 3000 : 60);
        BatchBuilder builder(schema);
        std::vector<std::int64_t> expected;
        const std::size_t skipped = random.below(count);
        for (std::size_t i = 0; i < count; ++i) {
            const Row row = random.row();
            const auto id = static_cast<std::int64_t>(i);
            builder.push(0, id);
            builder.push(1, std::string_view{row.symbol});
            put(builder, 2, row.note ? std::optional<std::string_view>{*row.note} : std::nullopt);
            put(builder, 3, row.a);
            builder.push(4, row.b);
            put(builder, 5, row.n);
            builder.push(6, row.m);
            put(builder, 7, row.flag);
            if (i >= skipped && condition.value(row).value_or(false)) {
                expected.push_back(id);
            }
        }
        const Batch batch = builder.finish().slice(skipped, count - skipped);
        auto node = testing::make<filter::Filter>("where = '''" + condition.text + "'''");
        const Batch out = testing::run(*node, {batch});
        const auto ids = out.column<std::int64_t>(0);
        INFO(condition.text);
        REQUIRE(std::vector<std::int64_t>(ids.begin(), ids.end()) == expected);
    }
}

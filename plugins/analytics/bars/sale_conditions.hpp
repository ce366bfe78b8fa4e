#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace tsflow::bars {

/// Which parts of its bar a trade updates.
struct Updates {
    bool open_close = true;
    bool high_low = true;
    bool volume = true;

    friend bool operator==(const Updates&, const Updates&) = default;
};

/// The rules by sale condition, as data/sale_conditions.csv has them.
class SaleConditions {
public:
    /// Those that come with tsflow.
    SaleConditions();
    /// Those of a file of the same form, which replaces the shipped ones. Throws Error with file and line.
    explicit SaleConditions(const std::filesystem::path& file);

    /// What a trade with all of these conditions, `14,37`, updates: what each of them allows. A trade
    /// without any is a regular sale. Outside of regular hours the marks of such trades do not count.
    /// `unknown` is set when one of them has no rule: such a trade updates the volume alone.
    Updates of(std::string_view conditions, bool regular_hours, bool& unknown) const noexcept;

private:
    struct Rule {
        bool known = false;
        bool marks_extended = false;
        Updates updates{false, false, true};
    };
    static constexpr std::size_t most = 256;

    void read(std::string_view csv, std::string_view place);
    void read_line(std::string_view line, std::string_view where);

    std::array<Rule, most> rules_{};
};

extern const std::string_view shipped_conditions;

}  // namespace tsflow::bars

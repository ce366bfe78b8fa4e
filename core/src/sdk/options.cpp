#include "tsflow/options.hpp"

#include <utility>

namespace tsflow {

bool OptionTable::operator==(const OptionTable& other) const {
    return values == other.values;
}

OptionInfo& OptionInfo::range(double least, double most) {
    min = least;
    max = most;
    return *this;
}

OptionInfo& OptionInfo::at_least(double least) {
    min = least;
    return *this;
}

OptionInfo& OptionInfo::one_of(std::vector<std::string> texts) {
    choices = std::move(texts);
    return *this;
}

OptionInfo& OptionInfo::in(std::string unit_name) {
    unit = std::move(unit_name);
    return *this;
}

OptionInfo& OptionInfo::such_as(OptionValue value) {
    example = std::move(value);
    return *this;
}

std::string_view to_string(OptionType type) noexcept {
    switch (type) {
        case OptionType::boolean:
            return "boolean";
        case OptionType::integer:
            return "integer";
        case OptionType::real:
            return "real";
        case OptionType::text:
            return "text";
        case OptionType::duration:
            return "duration";
        case OptionType::bytes:
            return "bytes";
        case OptionType::date:
            return "date";
        case OptionType::timestamp:
            return "timestamp";
        case OptionType::path:
            return "path";
        case OptionType::secret:
            return "secret";
        case OptionType::text_list:
            return "text_list";
        case OptionType::tables:
            return "tables";
    }
    return "unknown";
}

void detail::add_inside(const std::string& table, OptionProblems found, OptionProblems& problems) {
    for (OptionProblem& problem : found) {
        problem.option = problem.option.empty() ? table : table + "." + problem.option;
        problems.push_back(std::move(problem));
    }
}

}  // namespace tsflow

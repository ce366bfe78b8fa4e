#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "runtime/plan.hpp"

namespace tsflow {

/// The cell of each node in a drawing. Columns are the depth in the graph; each stage has a block of
/// cells of its own, so that the frames around stages do not overlap.
class Grid {
public:
    struct Cell {
        std::size_t column = 0;
        std::size_t row = 0;
        auto operator<=>(const Cell&) const = default;
    };

    explicit Grid(const Plan& plan);
    Cell operator[](std::size_t node) const { return cells_[node]; }
    /// True when no node stands in `row` strictly between two columns.
    bool is_clear(std::size_t from, std::size_t to, std::size_t row) const;

private:
    void place(const Plan& plan, const PlannedStage& stage);
    bool reserve(std::size_t first, std::size_t last, std::size_t top, std::size_t height);

    std::vector<Cell> cells_;  // by node
    std::set<Cell> taken_;     // by the blocks of stages
    std::set<Cell> boxes_;     // by nodes
};

}  // namespace tsflow

#include "runtime/svg_grid.hpp"

#include <algorithm>

namespace tsflow {

Grid::Grid(const Plan& plan) : cells_(plan.nodes.size()) {
    for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
        for (const std::size_t feeder : plan.nodes[node].upstream) {
            cells_[node].column = std::max(cells_[node].column, cells_[feeder].column + 1);
        }
    }
    for (const PlannedStage& stage : plan.stages) {
        place(plan, stage);
    }
    boxes_.insert(cells_.begin(), cells_.end());
}

bool Grid::is_clear(std::size_t from, std::size_t to, std::size_t row) const {
    for (std::size_t column = from + 1; column < to; ++column) {
        if (boxes_.count({column, row}) > 0) {
            return false;
        }
    }
    return true;
}

/// Gives the stage's nodes rows of their own, as near to the row of its feeder as there is room.
void Grid::place(const Plan& plan, const PlannedStage& stage) {
    std::set<Cell> own;
    std::size_t first = cells_[stage.head].column;
    std::size_t last = first;
    std::size_t height = 1;
    for (const std::size_t node : stage.nodes) {
        Cell& cell = cells_[node];
        cell.row = node == stage.head ? 0 : cells_[plan.nodes[node].upstream.front()].row;
        while (!own.insert(cell).second) {
            ++cell.row;
        }
        first = std::min(first, cell.column);
        last = std::max(last, cell.column);
        height = std::max(height, cell.row + 1);
    }
    const std::vector<std::size_t>& feeders = plan.nodes[stage.head].upstream;
    std::size_t top = feeders.empty() ? 0 : cells_[feeders.front()].row;
    while (!reserve(first, last, top, height)) {
        ++top;
    }
    for (const std::size_t node : stage.nodes) {
        cells_[node].row += top;
    }
}

bool Grid::reserve(std::size_t first, std::size_t last, std::size_t top, std::size_t height) {
    std::set<Cell> wanted;
    for (std::size_t column = first; column <= last; ++column) {
        for (std::size_t row = top; row < top + height; ++row) {
            wanted.insert({column, row});
        }
    }
    if (std::any_of(wanted.begin(), wanted.end(),
                    [&](const Cell& cell) { return taken_.count(cell) > 0; })) {
        return false;
    }
    taken_.merge(wanted);
    return true;
}

}  // namespace tsflow

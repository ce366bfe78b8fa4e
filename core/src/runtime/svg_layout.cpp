#include "runtime/svg_layout.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tsflow {
namespace {

constexpr double margin = 24;
constexpr double title_height = 34;
constexpr double legend_height = 34;
constexpr double frame_padding = 14;
constexpr double frame_title = 16;
constexpr double row_gap = 2 * frame_padding + frame_title + 16;
constexpr double column_gap = 2 * frame_padding + 36;
constexpr double least_box_width = 110;
constexpr double least_box_height = 46;
constexpr double edge_pitch = 16;
constexpr double id_character = 7.8;  // widths of a character: of the id, the type, a label
constexpr double type_character = 6.4;
constexpr double label_character = 6.2;
constexpr double gutter_pitch = 5;  // between long edges that share the space between two rows

using Cell = std::pair<std::size_t, std::size_t>;  // column, row

double characters(std::string_view text) {
    return static_cast<double>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

class Grid {
public:
    explicit Grid(const Plan& plan) : plan_(plan), cells_(plan.nodes.size()) {
        for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
            for (const std::size_t feeder : plan.nodes[node].upstream) {
                cells_[node].first = std::max(cells_[node].first, cells_[feeder].first + 1);
            }
        }
        for (const PlannedStage& stage : plan.stages) {
            place(stage);
        }
        for (const Cell& cell : cells_) {
            boxes_.insert(cell);
        }
    }

    Cell operator[](std::size_t node) const { return cells_[node]; }
    /// True when no box stands in `row` strictly between two columns.
    bool is_clear(std::size_t from, std::size_t to, std::size_t row) const {
        for (std::size_t column = from + 1; column < to; ++column) {
            if (boxes_.count({column, row}) > 0) {
                return false;
            }
        }
        return true;
    }

private:
    /// Gives the stage's nodes rows of their own, as near to the row of its feeder as there is room.
    void place(const PlannedStage& stage) {
        std::set<Cell> own;
        std::size_t first = cells_[stage.head].first;
        std::size_t last = first;
        std::size_t height = 1;
        for (const std::size_t node : stage.nodes) {
            Cell& cell = cells_[node];
            cell.second =
                node == stage.head ? 0 : cells_[plan_.nodes[node].upstream.front()].second;
            while (!own.insert(cell).second) {
                ++cell.second;
            }
            first = std::min(first, cell.first);
            last = std::max(last, cell.first);
            height = std::max(height, cell.second + 1);
        }
        const std::vector<std::size_t>& feeders = plan_.nodes[stage.head].upstream;
        std::size_t top = feeders.empty() ? 0 : cells_[feeders.front()].second;
        while (!reserve(first, last, top, height)) {
            ++top;
        }
        for (const std::size_t node : stage.nodes) {
            cells_[node].second += top;
        }
    }

    bool reserve(std::size_t first, std::size_t last, std::size_t top, std::size_t height) {
        std::vector<Cell> wanted;
        for (std::size_t column = first; column <= last; ++column) {
            for (std::size_t row = top; row < top + height; ++row) {
                wanted.emplace_back(column, row);
            }
        }
        for (const Cell& cell : wanted) {
            if (taken_.count(cell) > 0) {
                return false;
            }
        }
        taken_.insert(wanted.begin(), wanted.end());
        return true;
    }

    const Plan& plan_;
    std::vector<Cell> cells_;
    std::set<Cell> taken_;
    std::set<Cell> boxes_;
};

/// The start of each column or row of the given sizes, and one past the last, with gaps between.
std::vector<double> starts(const std::vector<double>& sizes, const std::vector<double>& gaps,
                           double start) {
    std::vector<double> result{start};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        result.push_back(result.back() + sizes[i] + gaps[i]);
    }
    return result;
}

class Drawing {
public:
    explicit Drawing(const Plan& plan) : plan_(plan), grid_(plan), edges_(edges_of(plan)) {
        for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
            columns_ = std::max(columns_, grid_[node].first + 1);
            rows_ = std::max(rows_, grid_[node].second + 1);
        }
        count_edges();
        measure();
    }

    Layout result() {
        Layout layout;
        layout.width = right_ + margin + frame_padding;
        layout.height = bottom_ + frame_padding + legend_height + margin;
        for (std::size_t node = 0; node < plan_.nodes.size(); ++node) {
            layout.boxes.push_back(box(node));
        }
        for (const PlannedStage& stage : plan_.stages) {
            layout.frames.push_back(frame(stage, layout.boxes));
        }
        for (const PlannedEdge& edge : edges_) {
            layout.routes.push_back({edge, route(edge, layout.boxes)});
        }
        return layout;
    }

private:
    void count_edges() {
        leaving_.resize(plan_.nodes.size());
        arriving_.resize(plan_.nodes.size());
        for (const PlannedEdge& edge : edges_) {
            ++leaving_[edge.from].all;
            ++arriving_[edge.to.node].all;
        }
    }

    double box_width(std::size_t node) const {
        const NodeSpec& spec = plan_.nodes[node].spec;
        return std::max({least_box_width, id_character * characters(spec.id) + 24,
                         type_character * characters(spec.type) + 24});
    }
    double box_height(std::size_t node) const {
        const std::size_t edges = std::max(leaving_[node].all, arriving_[node].all);
        return std::max(least_box_height, edge_pitch * static_cast<double>(edges + 1));
    }

    void measure() {
        widths_.assign(columns_, 0);
        heights_.assign(rows_, 0);
        for (std::size_t node = 0; node < plan_.nodes.size(); ++node) {
            const auto [column, row] = grid_[node];
            widths_[column] = std::max(widths_[column], box_width(node));
            heights_[row] = std::max(heights_[row], box_height(node));
        }
        std::vector<double> gaps(columns_, column_gap);
        for (const PlannedEdge& edge : edges_) {
            double& gap = gaps[grid_[edge.to.node].first - 1];
            gap = std::max(gap, column_gap + label_character * characters(edge.label));
        }
        lefts_ = starts(widths_, gaps, margin + frame_padding);
        tops_ = starts(heights_, std::vector<double>(rows_, row_gap),
                       margin + title_height + frame_padding + frame_title);
        right_ = columns_ == 0 ? margin : lefts_[columns_ - 1] + widths_.back();
        bottom_ = rows_ == 0 ? tops_.back() : tops_[rows_ - 1] + heights_.back();
    }

    Rectangle box(std::size_t node) const {
        const auto [column, row] = grid_[node];
        const double width = box_width(node);
        const double height = box_height(node);
        return {lefts_[column] + (widths_[column] - width) / 2,
                tops_[row] + (heights_[row] - height) / 2, width, height};
    }

    static Rectangle frame(const PlannedStage& stage, const std::vector<Rectangle>& boxes) {
        const Rectangle& head = boxes[stage.head];
        double left = head.x;
        double top = head.y;
        double right = head.x + head.width;
        double bottom = head.y + head.height;
        for (const std::size_t node : stage.nodes) {
            left = std::min(left, boxes[node].x);
            top = std::min(top, boxes[node].y);
            right = std::max(right, boxes[node].x + boxes[node].width);
            bottom = std::max(bottom, boxes[node].y + boxes[node].height);
        }
        return {left - frame_padding, top - frame_padding - frame_title,
                right - left + 2 * frame_padding, bottom - top + 2 * frame_padding + frame_title};
    }

    /// Edges arrive and leave at places of their own along the sides of a box.
    struct Side {
        std::size_t all = 0;
        std::size_t drawn = 0;
    };
    static double next_place(Side& side, const Rectangle& box) {
        ++side.drawn;
        return box.y +
               box.height * static_cast<double>(side.drawn) / static_cast<double>(side.all + 1);
    }

    std::vector<Point> route(const PlannedEdge& edge, const std::vector<Rectangle>& boxes) {
        const Rectangle& from = boxes[edge.from];
        const Rectangle& to = boxes[edge.to.node];
        const Point start{from.x + from.width, next_place(leaving_[edge.from], from)};
        const Point end{to.x, next_place(arriving_[edge.to.node], to)};
        const auto [first, start_row] = grid_[edge.from];
        const auto [last, end_row] = grid_[edge.to.node];
        // Where the gap behind the first column ends and the one before the last begins.
        const double after_first = lefts_[first + 1];
        const double before_last = lefts_[last - 1] + widths_[last - 1];
        if (last == first + 1) {
            return {start, end};
        }
        if (grid_.is_clear(first, last, end_row)) {
            return {start, {after_first, end.y}, end};
        }
        if (grid_.is_clear(first, last, start_row)) {
            return {start, start, {before_last, start.y}, end};
        }
        const double gutter = tops_[end_row] + heights_[end_row] + frame_padding +
                              gutter_pitch * static_cast<double>(1 + in_gutter_[end_row]++ % 3);
        return {start, {after_first, gutter}, {before_last, gutter}, end};
    }

    const Plan& plan_;
    Grid grid_;
    std::vector<PlannedEdge> edges_;
    std::size_t columns_ = 0;
    std::size_t rows_ = 0;
    std::vector<Side> leaving_, arriving_;
    std::vector<double> widths_, heights_;
    std::vector<double> lefts_, tops_;
    double right_ = 0;
    double bottom_ = 0;
    std::map<std::size_t, std::size_t> in_gutter_;
};

}  // namespace

Layout lay_out(const Plan& plan) {
    return Drawing(plan).result();
}

}  // namespace tsflow

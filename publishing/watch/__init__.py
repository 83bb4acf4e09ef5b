"""A preview that follows the author: the page of a document made again whenever it is saved."""
